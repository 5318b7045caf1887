import { encodeWords } from "nodemailer/lib/mime-funcs";
import type { Header, Message } from "../domain/message.ts";
import { archiveHeaders } from "./archive-headers.ts";
import { oneLine } from "./one-line.ts";

/** Graph takes five, and none longer (measured by migrators: 995 characters). */
const MOST = 5;
const LONGEST = 995;

/** What an investigator asks an item for first, in that order. */
const CHOSEN = [
  "x-telemessage-archivemessageid",
  "x-archive-message-id",
  "x-archive-original-id",
  "x-telemessage-thread_id",
  "x-telemessage-groupid",
  "x-telemessage-messagetype",
  "x-telemessage-status",
  "x-archive-kind",
  "x-archive-conversation-id",
  "x-telemessage-network",
];

/** The few headers that Graph lets an item have. All others stay in the email, which is kept. */
export function mailHeaders(message: Message): Header[] {
  const marks = archiveHeaders(message, message.sentAt ? "message" : "received");
  const all = new Map<string, string>();
  for (const { name, value } of [...message.headers, ...marks]) {
    const key = name.toLowerCase();
    const line = oneLine(value);
    if (line !== "" && !all.has(key)) all.set(key, line);
  }
  const values = new Map<string, string>();
  for (const name of CHOSEN) {
    const value = all.get(name);
    // The same id under a second name would take the place of something else.
    if (value !== undefined && !values.has(value)) values.set(value, name);
  }
  return [...values]
    .slice(0, MOST)
    .map(([value, name]) => ({ name, value: ascii(value).slice(0, LONGEST) }));
}

function ascii(value: string): string {
  return /^[ -~]*$/.test(value) ? value : oneLine(encodeWords(value.slice(0, 300), "Q", 60));
}
