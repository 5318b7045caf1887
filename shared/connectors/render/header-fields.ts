import { encodeWord } from "nodemailer/lib/mime-funcs";
import type { Header } from "../../domain/message.ts";
import { oneLine } from "../one-line.ts";

/** RFC 5322 allows a line of 998 characters; a word that leaves no place to fold must stay well below. */
const LONGEST_WORD = 400;

/** What the composer itself writes, or what says how an email is put together. */
const RESERVED =
  /^(from|sender|reply-to|to|cc|bcc|subject|date|message-id|in-reply-to|references|mime-version|content-.*|x-archive-.*)$/i;

export interface HeaderField {
  readonly key: string;
  readonly value: string;
}

/** A header as it was received, on one line: what is encoded in it stays so. */
export function headerField(name: string, value: string): HeaderField {
  const line = oneLine(value);
  return { key: name, value: isFoldable(line) ? line : encoded(line) };
}

/** A header of words that are nobody's code: what only looks like an encoded word reads back as it was written. */
export function textField(name: string, text: string): HeaderField {
  const field = headerField(name, text);
  return text.includes("=?") ? { key: name, value: encoded(oneLine(text)) } : field;
}

function isFoldable(line: string): boolean {
  return !line.split(" ").some((word) => word.length > LONGEST_WORD);
}

/** As RFC 2047 has it, in words that the composer leaves as they are. */
function encoded(line: string): string {
  const isForeign = Buffer.byteLength(line, "utf8") > line.length * 1.2;
  return encodeWord(line, isForeign ? "B" : "Q", 52);
}

/** The headers that an email had when it was received, but for those that are written anew. */
export function keptHeaders(headers: readonly Header[]): Header[] {
  return headers.filter(({ name }) => /^[!-9;-~]+$/.test(name) && !RESERVED.test(name));
}

/** Gives back the spelling of header names, which the composer changes: `X-TELEMESSAGE-SID` would be `X-Telemessage-Sid`. */
export function spelling(headers: readonly Header[]): (key: string) => string {
  const spelled = new Map(headers.map(({ name }) => [name.toLowerCase(), name]));
  return (key) => spelled.get(key.toLowerCase()) ?? key;
}
