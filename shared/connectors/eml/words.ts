import { latin1 } from "./bytes.ts";
import { decodeText } from "./charset.ts";

/** RFC 2047, with the language of RFC 2231 §5, and with the blanks that some senders leave in. */
const WORD = /=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([BQ])\?([^?]*)\?=/gi;

/** A header's value as text, its encoded words decoded. */
export function decodedWords(value: string): string {
  return replaceWords(value, (text) => text);
}

/**
 * The value with its encoded words in UTF-8, each whole in itself, for a parser
 * that must still tell them from the syntax around them.
 */
export function wholeWords(value: string): string {
  return replaceWords(
    value,
    (text) => `=?utf-8?B?${Buffer.from(text, "utf8").toString("base64")}?=`,
  );
}

interface Run {
  readonly charset: string;
  readonly pieces: Uint8Array[];
}

/**
 * Words that follow one another are decoded as one: many senders cut a text into
 * words wherever the line ends, in the midst of a letter.
 */
function replaceWords(value: string, write: (text: string) => string): string {
  if (!value.includes("=?")) return value;
  const written: string[] = [];
  let run: Run | undefined;
  let at = 0;
  for (const match of value.matchAll(WORD)) {
    const [word, charset = "", encoding = "", content = ""] = match;
    const between = value.slice(at, match.index);
    const follows = run !== undefined && /^[ \t]*$/.test(between);
    const bytes = /q/i.test(encoding) ? fromQ(content) : Buffer.from(content, "base64");
    if (run && follows && run.charset === charset.toLowerCase()) {
      run.pieces.push(bytes);
    } else {
      if (run) written.push(write(textOf(run)));
      if (!follows) written.push(between);
      run = { charset: charset.toLowerCase(), pieces: [bytes] };
    }
    at = match.index + word.length;
  }
  if (run) written.push(write(textOf(run)));
  written.push(value.slice(at));
  return written.join("");
}

function textOf({ charset, pieces }: Run): string {
  const joined = decodeText(Buffer.concat(pieces), charset).text;
  if (pieces.length === 1 || !joined.includes("\uFFFD")) return joined;
  // Each may shift into a state of its own, as ISO-2022-JP does.
  return pieces.map((it) => decodeText(it, charset).text).join("");
}

function fromQ(content: string): Uint8Array {
  const bytes = latin1(Buffer.from(content.replaceAll("_", " "), "utf8"));
  return Buffer.from(
    bytes.replace(/=([0-9a-f]{2})/gi, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    ),
    "latin1",
  );
}
