import type { MadeFile } from "../item.ts";

export interface Mail {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly text: string;
  /** The bytes of the text and their charset, where it is not UTF-8. */
  readonly encodedText?: { readonly bytes: Buffer; readonly charset: string };
  readonly files: readonly MadeFile[];
}

/**
 * Writes an email as an archiver's mail library would: ASCII text as it is, all
 * else in base64, file names in both of the ways that readers look for.
 * Header values are already encoded and folded.
 */
export function writeMail({ headers, text, encodedText, files }: Mail, boundary: string): Buffer {
  const body = textPart(text, encodedText);
  const head = [...headers.map(([name, value]) => `${name}: ${value}`), "MIME-Version: 1.0"];
  if (files.length === 0) return Buffer.from([...head, body].join("\r\n"));
  const parts = [body, ...files.map(filePart)].map((part) => `--${boundary}\r\n${part}`);
  return Buffer.from(
    [
      ...head,
      `Content-Type: multipart/mixed; boundary="${boundary}"`,
      "",
      ...parts,
      `--${boundary}--`,
      "",
    ].join("\r\n"),
  );
}

/** RFC 2047: text that is not ASCII becomes words of at most 75 characters. */
export function headerText(text: string): string {
  if (isAscii(text)) return text;
  const words: string[] = [];
  let word = "";
  for (const character of text) {
    if (Buffer.byteLength(word + character) > 42) {
      words.push(word);
      word = "";
    }
    word += character;
  }
  return [...words, word]
    .map((it) => `=?UTF-8?B?${Buffer.from(it).toString("base64")}?=`)
    .join("\r\n ");
}

function textPart(text: string, encoded: Mail["encodedText"]): string {
  if (!encoded && isAscii(text)) {
    return `Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n${text.replaceAll("\n", "\r\n")}\r\n`;
  }
  const { bytes, charset } = encoded ?? {
    bytes: Buffer.from(text.replaceAll("\n", "\r\n")),
    charset: "UTF-8",
  };
  return [
    `Content-Type: text/plain; charset=${charset}`,
    "Content-Transfer-Encoding: base64",
    "",
    base64Lines(bytes),
  ].join("\r\n");
}

function filePart({ name, contentType, bytes }: MadeFile): string {
  // RFC 2231 is what a file name should be in; older readers know only the encoded word.
  const parameter = isAscii(name)
    ? `filename="${name}"`
    : `filename*=UTF-8''${encodeURIComponent(name)}`;
  return [
    `Content-Type: ${contentType};\r\n name="${headerText(name)}"`,
    `Content-Disposition: attachment;\r\n ${parameter}`,
    "Content-Transfer-Encoding: base64",
    "",
    base64Lines(bytes),
  ].join("\r\n");
}

function base64Lines(bytes: Buffer): string {
  return bytes.toString("base64").replace(/.{1,76}/g, "$&\r\n");
}

/** Printable, so neither a line end nor a long line needs care; text keeps its line feeds. */
function isAscii(text: string): boolean {
  return /^[\n -~]*$/.test(text) && text.split("\n").every((line) => line.length < 990);
}
