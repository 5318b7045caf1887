import type { MailItem } from "../domain/mail-item.ts";
import type { Message } from "../domain/message.ts";
import { sanitizedHtml } from "./html.ts";
import { participantLabel } from "./mail-address.ts";
import { htmlLists } from "./render/html-body.ts";
import { textLists } from "./render/text-body.ts";

/** As JSON: with a message's other fields it stays well below the 4 MB that Graph takes in one request. */
const BODY_JSON_BYTES = 3_000_000;

export interface MailBody {
  readonly body: MailItem["body"];
  /** The whole body as a file, where the body had to be shortened. */
  readonly full?: {
    readonly name: string;
    readonly contentType: string;
    readonly content: Uint8Array;
  };
}

/**
 * What the reader of a mailbox item is shown: the message's HTML, sanitised, or
 * its text, and below it the notes of the archive.
 */
export function mailBody(
  message: Message,
  options: { readonly namedRecipients: number },
): MailBody {
  const { html, text = "" } = message;
  const recipients = message.participants.filter((it) => it.role === "recipient");
  const further = recipients.slice(options.namedRecipients).map(participantLabel);
  const shown = html === undefined ? "" : sanitizedHtml(printable(html));
  const type = isShown(shown) || (html !== undefined && text.trim() === "") ? "html" : "text";
  const content = type === "html" ? shown : printable(text);

  const whole = content + notesIn(type, message.notices, further);
  if (jsonBytes(whole) <= BODY_JSON_BYTES) return { body: { type, content: whole } };
  const name = `body.${type === "html" ? "html" : "txt"}`;
  const notice = `The text is too long to be shown whole: all of it is in the attached file ${name}.`;
  const notes = notesIn(type, [notice, ...message.notices], further.slice(0, 1_000));
  return {
    body: { type, content: shortened(content, type, BODY_JSON_BYTES - jsonBytes(notes)) + notes },
    full: {
      name,
      contentType: type === "html" ? "text/html; charset=utf-8" : "text/plain; charset=utf-8",
      content: Buffer.from(whole, "utf8"),
    },
  };
}

/** HTML that is nothing but scripts shows nothing: then its text alternative is the body. */
function isShown(html: string): boolean {
  return html.includes("<img") || html.replace(/<[^>]*>|&nbsp;/g, "").trim() !== "";
}

function notesIn(
  type: "html" | "text",
  notices: readonly string[],
  further: readonly string[],
): string {
  const lists = [
    { title: "Further recipients", entries: further },
    { title: "Notes of the archive", entries: notices },
  ].filter((it) => it.entries.length > 0);
  if (lists.length === 0) return "";
  return type === "html" ? htmlLists(lists) : `\n\n${textLists(lists)}`;
}

/** As much of the start as fits, its HTML closed again. */
function shortened(content: string, type: "html" | "text", bytes: number): string {
  let length = Math.floor((content.length * bytes) / jsonBytes(content));
  for (;;) {
    const start = content.slice(0, length).replace(/[\uD800-\uDBFF]$/, "");
    // Not within a tag, which would show as text.
    const lastTag = start.lastIndexOf("<");
    const isOpenTag = type === "html" && lastTag > start.lastIndexOf(">");
    const cut =
      type === "html" ? sanitizedHtml(isOpenTag ? start.slice(0, lastTag) : start) : start;
    if (jsonBytes(cut) <= bytes) return cut;
    length = Math.floor(length * 0.9);
  }
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text), "utf8");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to replace
const UNPRINTABLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uFFFE\uFFFF]/g;

/** Exchange stores no control characters nor non-characters, and ends a text at the first NUL. */
function printable(text: string): string {
  return text.toWellFormed().replace(UNPRINTABLE, "\uFFFD");
}
