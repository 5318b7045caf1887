import { isUtf8 } from "node:buffer";
import { parseHeaderValue } from "nodemailer/lib/mime-funcs";
import type { Header } from "../../domain/message.ts";
import { oneLine } from "../one-line.ts";
import { latin1 } from "./bytes.ts";
import { decodeText } from "./charset.ts";
import { decodedWords } from "./words.ts";

/** What a part says of itself before its body. */
export interface PartHead {
  /** All headers in order, unfolded, encoded words and all. */
  readonly headers: readonly Header[];
  /** `type/subtype` in lower case, without parameters. */
  readonly contentType: string;
  readonly boundary: string | undefined;
  readonly charset: string;
  readonly flowed: boolean;
  readonly delSp: boolean;
  /** `attachment`, `inline`, another word, or nothing. */
  readonly disposition: string;
  /** As the sender wrote it: not yet safe. */
  readonly fileName: string | undefined;
  /** What an archived web page calls the part. */
  readonly location: string | undefined;
  /** The transfer encoding: `base64`, `quoted-printable`, … */
  readonly encoding: string;
  /** Without its angle brackets. */
  readonly contentId: string | undefined;
}

const FIELD = /^([!-9;-~]+)[ \t]*:/;
const MEDIA_TYPE = /^[\w!#$&^.+-]{1,63}\/[\w!#$&^.+-]{1,63}$/;

/** Whether a line of a head begins a header (RFC 5322 §2.2). */
export function isHeaderLine(line: Uint8Array): boolean {
  return FIELD.test(latin1(line.subarray(0, 300)));
}

/**
 * Reads the lines of a head, their line ends included.
 *
 * Of two headers that say how a body is to be read the first one counts: were it
 * the last, a scanner and the archive could be shown different messages. A line
 * that is no header belongs to the one before it, which its sender broke.
 */
export function parseHead(lines: readonly Uint8Array[], defaultType: string): PartHead {
  const headers = parseHeaders(lines);
  const first = (name: string) =>
    headers.find((it) => it.name.toLowerCase() === name && it.value !== "")?.value;

  const type = parameters(first("content-type"));
  const disposition = parameters(first("content-disposition"));
  const fileName = disposition.fileName ?? type.fileName;
  const said = type.value.toLowerCase();
  return {
    headers,
    contentType: MEDIA_TYPE.test(said) ? said : said ? "text/plain" : defaultType,
    boundary: decodedWords(type.params["boundary"] ?? "").trimEnd() || undefined,
    charset: decodedWords(type.params["charset"] ?? ""),
    flowed: /^flowed$/i.test(type.params["format"] ?? ""),
    delSp: /^yes$/i.test(type.params["delsp"] ?? ""),
    disposition: disposition.value.toLowerCase(),
    fileName,
    location: baseName(first("content-location")),
    encoding: transferEncoding(first("content-transfer-encoding") ?? ""),
    contentId:
      oneLine(first("content-id") ?? "")
        .replace(/^<|>$/g, "")
        .slice(0, 255) || undefined,
  };
}

function parseHeaders(lines: readonly Uint8Array[]): Header[] {
  const charset = lines.every((it) => isUtf8(it)) ? "" : declaredCharset(lines);
  const fields: { name: string; pieces: string[] }[] = [];
  for (const line of lines) {
    const text = decodeLine(line, charset);
    const field = FIELD.exec(text);
    const last = fields.at(-1);
    if (field?.[1] !== undefined) {
      fields.push({ name: field[1], pieces: [text.slice(field[0].length)] });
    } else if (last) {
      last.pieces.push(/^[ \t]/.test(text) ? text : ` ${text}`);
    }
  }
  return fields.map(({ name, pieces }) => ({
    name,
    value: pieces
      .join("")
      .replace(/[\r\n\0]+/g, " ")
      .trim(),
  }));
}

/** The body's character set: raw 8-bit text in the head beside it is most likely in the same. */
function declaredCharset(lines: readonly Uint8Array[]): string {
  const head = latin1(Buffer.concat(lines.slice(0, 1000)).subarray(0, 65_536));
  return /^content-type:[\s\S]*?charset\s*=\s*"?([\w.:-]+)/im.exec(head)?.[1] ?? "";
}

/** A header line's text. Old senders put 8-bit text in without saying which. */
function decodeLine(line: Uint8Array, charset: string): string {
  let end = line.length;
  while (end > 0 && (line[end - 1] === 0x0a || line[end - 1] === 0x0d)) end -= 1;
  const bytes = line.subarray(0, end);
  return isUtf8(bytes) ? utf8.decode(bytes) : decodeText(bytes, charset).text;
}

// Were the mark dropped, a line that begins with it would become a genuine header.
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function parameters(value: string | undefined) {
  if (value === undefined)
    return { value: "", params: {} as Record<string, string>, fileName: undefined };
  const parsed = parseHeaderValue(value, { stripComments: true });
  // Of `filename=` and `filename*=` the plain one is the sender's poorer spelling, for old
  // readers; the parser prefers it, so it is hidden to see whether there is a better one.
  const starred = /name\*/i.test(value)
    ? parseHeaderValue(value.replace(/name\s*=/gi, "plain="), { stripComments: true }).params
    : {};
  const { params } = parsed;
  const name = starred["filename"] ?? starred["name"] ?? params["filename"] ?? params["name"];
  return { ...parsed, fileName: name ? decodedWords(name) : undefined };
}

/** The first word outside comments: senders quote it, and add to it. */
function transferEncoding(value: string): string {
  const word = value
    .slice(0, 200)
    .toLowerCase()
    .replace(/\([^)]*\)/g, "")
    .match(/[\w-]+/);
  return word?.[0] ?? "";
}

/** The file's name in a `Content-Location`, if it looks like one. */
function baseName(location: string | undefined): string | undefined {
  return location
    ?.split(/[?#]/, 1)[0]
    ?.split(/[/\\:]/)
    .at(-1)
    ?.match(/^.{1,200}\.\w{1,8}$/)?.[0];
}
