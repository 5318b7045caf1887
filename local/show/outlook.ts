import type { KeptMessage } from "../graph/control-plane.ts";
import type { Recipient } from "../graph/mailbox.ts";
import { readable } from "./readable.ts";

const WIDTH = 76;
const MOST_LINES = 12;
const TIME = new Intl.DateTimeFormat("en-GB", {
  ...{ weekday: "short", day: "numeric", month: "short", year: "numeric" },
  ...{ hour: "2-digit", minute: "2-digit", timeZone: "UTC", timeZoneName: "short" },
});

/** A few lines of a message, as its reader sees it in Outlook. */
export function inOutlook(mailbox: string, message: KeptMessage): string[] {
  const { fields, attachments, receivedAt, folder } = message;
  const body = readable(fields.body).split("\n");
  const lines = [
    fields.subject ?? "",
    `${person(fields.from)}    ${TIME.format(new Date(receivedAt))}`,
    `To  ${fields.toRecipients.map(person).join("; ")}`,
    ...attachments.map(({ name, bytes }) => `File  ${name} (${size(bytes)})`),
    "",
    ...body.slice(0, MOST_LINES),
    ...(body.length > MOST_LINES ? ["…"] : []),
  ];
  const rule = "─".repeat(WIDTH + 2);
  return [
    `${mailbox} › ${folder}`,
    `┌${rule}`,
    ...lines.map((line) => `│ ${fitted(line.replaceAll("\t", "  "))}`.trimEnd()),
    `└${rule}`,
  ];
}

/** The one that shows most: people's files, words; the same one each time. */
export function mostTelling(messages: readonly KeptMessage[]): KeptMessage | undefined {
  // What is JSON is the raw message, which is attached where it was not understood.
  const hasFile = ({ attachments }: KeptMessage) =>
    attachments.some(({ contentType }) => contentType !== "application/json");
  const score = (message: KeptMessage) =>
    Number(hasFile(message)) * MOST_LINES +
    Math.min(readable(message.fields.body).split("\n").length, MOST_LINES);
  const scored = messages.map((message) => ({ message, score: score(message) }));
  return scored.toSorted(
    (a, b) => b.score - a.score || a.message.receivedAt.localeCompare(b.message.receivedAt),
  )[0]?.message;
}

function person(recipient: Recipient | null): string {
  const { name, address } = recipient?.emailAddress ?? {};
  return name && address && name !== address ? `${name} <${address}>` : (name ?? address ?? "");
}

function size(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} KB`;
}

/** Cut between characters, never within one. */
function fitted(line: string): string {
  const characters = [...line];
  return characters.length <= WIDTH ? line : `${characters.slice(0, WIDTH - 1).join("")}…`;
}
