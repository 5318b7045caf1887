import { RejectedItemError } from "../../domain/errors.ts";
import type { FileInfo, Header, Message } from "../../domain/message.ts";
import { readArchiveMarks } from "../archive-headers.ts";
import { shownContentIds } from "../html.ts";
import { cleanLine } from "../json/clean-text.ts";
import { plausibleTime } from "../plausible-time.ts";
import { readDate } from "./date.ts";
import type { FilePart } from "./file-parts.ts";
import { firstValue } from "./named-headers.ts";
import { readParticipants } from "./participants.ts";
import type { EmailParts } from "./read-parts.ts";
import { isEncrypted, keptHeaders, readMeaning } from "./telemessage.ts";
import { decodedWords } from "./words.ts";

/** Why an email is not imported as it stands, but rendered anew. */
export type Unfit = "no-time" | "journal-report" | "too-many-recipients";

export interface ReadContext {
  /** When the source received it. */
  readonly receivedAt: Date;
  /** The type's name: `WeChat`. */
  readonly name: string;
  /**
   * The archive rendered the email itself, so that its `X-Archive-…` headers are
   * true. Anybody can write such headers into an email of their own.
   */
  readonly isRendered?: boolean;
}

export interface MessageRead {
  /** Without its files. */
  readonly message: Message;
  readonly unfit: Unfit | undefined;
  /** Of an email that the archive rendered: when the source received the item. */
  readonly receivedAt: Date | undefined;
}

/** Exchange takes 500 recipients of an item. */
const MOST_RECIPIENTS = 500;

/**
 * What the parts of an email mean.
 *
 * Throws `RejectedItemError`: `malformed` where there is neither a header nor
 * text, so that there is nothing to show; `encrypted` where the customer's own
 * key would be needed.
 */
export function messageOf(parts: EmailParts, context: ReadContext): MessageRead {
  const { head, journal, text, html } = parts;
  const headers = headersOf(parts);
  const hasHeaders = headers.some((it) => /^[a-z][\w.-]*$/i.test(it.name));
  // What is no text has characters in it that no text has.
  if (!hasHeaders && (!text?.trim() || text.includes("\uFFFD"))) {
    throw new RejectedItemError("malformed", "no-header");
  }
  if (isEncrypted(headers)) throw new RejectedItemError("encrypted", "x-telemessage-enc");

  const subject = cleanLine(decodedWords(firstValue(head.headers, "subject") ?? "")) ?? "";
  const people = readParticipants(head.headers, journal?.envelope);
  const marks = context.isRendered ? readArchiveMarks(head.headers) : undefined;
  const time = readTime(firstValue(head.headers, "date") ?? "", context);
  const sentAt = marks?.timeFrom === "received" ? undefined : (marks?.sentAt ?? time.sentAt);
  const { timeFrom: _, sentAt: __, receivedAt, ...marked } = marks ?? {};
  const message: Message = {
    ...readMeaning(headers, { subject, text, participants: people.participants }),
    ...marked,
    ...(sentAt && { sentAt }),
    subject,
    ...(text !== undefined && { text }),
    ...(html !== undefined && { html }),
    participants: people.participants,
    attachments: [],
    // What we rendered says in its text what is to be said of the message.
    notices: [...(marks ? [] : [...time.notices, ...people.notices]), ...parts.notices],
    headers: keptHeaders(headers),
  };
  return { message, unfit: marks ? undefined : unfit(message, parts), receivedAt };
}

/** The files' facts: those that the HTML shows are inline. */
export function fileInfos(files: readonly FilePart[], html: string | undefined): FileInfo[] {
  const shown = shownContentIds(files.length > 0 ? (html ?? "") : "");
  return files.map(({ name, contentType, size, contentId }) => {
    const inline = contentId !== undefined && shown.has(contentId.toLowerCase());
    return { name, contentType, size, inline, ...(inline && { contentId }) };
  });
}

/** TeleMessage marks the email or, around it, its journal report. */
function headersOf({ head, journal }: EmailParts): readonly Header[] {
  return journal ? [...head.headers, ...keptHeaders(journal.report.headers)] : head.headers;
}

function unfit(message: Message, { journal }: EmailParts): Unfit | undefined {
  if (journal) return "journal-report";
  if (!message.sentAt) return "no-time";
  const recipients = message.participants.filter((it) => it.role === "recipient");
  return recipients.length > MOST_RECIPIENTS ? "too-many-recipients" : undefined;
}

function readTime(
  value: string,
  { receivedAt }: ReadContext,
): { sentAt?: Date; notices: string[] } {
  const said = readDate(value);
  const sentAt = plausibleTime(said, receivedAt);
  if (sentAt) return { sentAt, notices: [] };
  const shown = cleanLine(value)?.slice(0, 100);
  return {
    notices: [
      shown
        ? `The source gives a time that cannot be (${shown}); the time it was received stands in its place.`
        : "The source gives no time; the time it was received stands in its place.",
    ],
  };
}
