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
  readonly value:
    | string
    | { readonly value: string; readonly prepared: true; readonly foldLines: true };
}

/**
 * A header that reads back as it was given.
 *
 * A value that only looks like an encoded word would be decoded by every reader,
 * and one without a space could not be folded: both are encoded, as the composer
 * encodes what is not ASCII.
 */
export function headerField(name: string, value: string): HeaderField {
  const line = oneLine(value);
  const isPlain = !line.includes("=?") && !line.split(" ").some((it) => it.length > LONGEST_WORD);
  if (isPlain) return { key: name, value: line };
  return {
    key: name,
    value: { value: encodeWord(line, "B", 52), prepared: true, foldLines: true },
  };
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
