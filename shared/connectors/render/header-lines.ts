import { encodeWord, foldLines } from "nodemailer/lib/mime-funcs";
import type { Header } from "../../domain/message.ts";
import { oneLine } from "../one-line.ts";

/** RFC 5322 allows a line of 998 characters; a word that leaves no place to fold must stay well below. */
const LONGEST_WORD = 400;

/** What the composer itself writes, or what says how an email is put together. */
const RESERVED =
  /^(from|sender|reply-to|to|cc|bcc|subject|date|message-id|in-reply-to|references|mime-version|content-.*|x-archive-.*)$/i;

/**
 * Headers as they stand in an email, each on lines of its own.
 *
 * The composer is not asked to write them: it would change the spelling of their
 * names (`X-TELEMESSAGE-SID`), and take as long for them as for all the rest.
 */
export function headerLines(headers: readonly Header[]): string {
  return headers.map(({ name, value }) => line(name, asReceived(oneLine(value)))).join("");
}

/** A subject reads back as it was written, even where it looks like an encoded word. */
export function subjectLine(subject: string): string {
  const text = oneLine(subject);
  return line("Subject", text.includes("=?") ? encoded(text) : asReceived(text));
}

/** The headers that an email had when it was received, but for those that are written anew. */
export function keptHeaders(headers: readonly Header[]): Header[] {
  return headers.filter(({ name }) => /^[!-9;-~]+$/.test(name) && !RESERVED.test(name));
}

function line(name: string, value: string): string {
  return value === "" ? "" : `${foldLines(`${name}: ${value}`, 76)}\r\n`;
}

/** What is encoded already stays so. */
function asReceived(value: string): string {
  const isFoldable = !value.split(" ").some((word) => word.length > LONGEST_WORD);
  return isFoldable && /^[ -~]*$/.test(value) ? value : encoded(value);
}

/** RFC 2047. */
function encoded(text: string): string {
  const isForeign = Buffer.byteLength(text, "utf8") > text.length * 1.2;
  return encodeWord(text, isForeign ? "B" : "Q", 52);
}

/** Most readers decode what looks like an encoded word even where it can be none, inside quotes. */
export function undecodable(quoted: string): string {
  return quoted.replaceAll("=?", "=_");
}
