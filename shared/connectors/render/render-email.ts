import MailComposer from "nodemailer/lib/mail-composer";
import { itemKey, sha256 } from "../../domain/item-key.ts";
import type { Message, Participant } from "../../domain/message.ts";
import { archiveHeaders } from "../archive-headers.ts";
import { emailAddress } from "../mail-address.ts";
import { bodyOf, type LeftOutFile, listsOf } from "./body.ts";
import { filePart, undecodable } from "./file-part.ts";
import { headerField, keptHeaders, spelling, textField } from "./header-fields.ts";
import { htmlBody, htmlLists } from "./html-body.ts";
import { recipientsOf } from "./recipients.ts";
import { lines, textBody, textLists } from "./text-body.ts";

export interface Rendering {
  /** The connector's id, and what its source calls the item: together the item's identity. */
  readonly connector: string;
  readonly sourceItemId: string;
  /** The type's name: `WeChat`. */
  readonly name: string;
  /** When the source received it; stands in for a time that is missing. */
  readonly receivedAt: Date;
  /** Those of the message's own participants whose mailbox gets it. */
  readonly mapped: ReadonlySet<Participant>;
  readonly leftOut?: readonly LeftOutFile[];
  /** `eml`: the message was an email, whose own text and HTML stay the body. */
  readonly format?: "json" | "eml";
}

/**
 * The message as an email (RFC 5322): the same bytes for the same message.
 *
 * Whatever a sender wrote stays inside the field it stands in: line breaks in
 * names and subjects become spaces, HTML is escaped, and no part of a text can
 * be taken for the boundary between parts.
 */
export async function renderEmail(message: Message, rendering: Rendering): Promise<Uint8Array> {
  const { connector, name, receivedAt, sourceItemId } = rendering;
  const key = itemKey(connector, sourceItemId);
  const sender = message.participants.find((it) => it.role === "sender") ?? nobody;
  const headers = [
    ...archiveHeaders(message, message.sentAt ? "message" : "received"),
    { name: "X-Archive-Source-Item", value: sourceItemId },
    { name: "X-Archive-Received", value: receivedAt.toISOString() },
    // A `Date` knows no milliseconds.
    ...(message.sentAt ? [{ name: "X-Archive-Sent", value: message.sentAt.toISOString() }] : []),
    ...message.headers.filter((it) => /^x-archive-source-/i.test(it.name)),
    ...keptHeaders(message.headers),
  ];
  const thread = threadOf(message, connector);

  const composer = new MailComposer({
    from: address(sender, name),
    to: recipientsOf(message.participants, rendering.mapped).map((it) => address(it, name)),
    date: message.sentAt ?? receivedAt,
    messageId: messageId(key),
    ...(message.original && { inReplyTo: messageId(itemKey(connector, message.original.id)) }),
    ...(thread.length > 0 && { references: thread }),
    headers: [
      textField("Subject", message.subject),
      ...headers.map((it) => headerField(it.name, it.value)),
    ],
    ...bodyParts(message, rendering),
    attachments: message.attachments.map((file) => ({
      raw: filePart(file),
      // Beside the HTML that shows it, not among the files.
      ...(file.inline && file.contentId && { cid: file.contentId }),
    })),
    // `=_` stands in no quoted-printable or base64 text, so no sender can write a boundary.
    boundaryPrefix: "=_archive",
    baseBoundary: key,
    normalizeHeaderKey: spelling(headers),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

const nobody: Participant = { role: "sender", handle: "UNKNOWN" };

const messageId = (local: string) => `<${local}@archive.invalid>`;

/** What ties an item to its chat and to the message that it changes, for clients that show threads. */
function threadOf({ conversation, original }: Message, connector: string): string[] {
  const chat = conversation?.id ?? conversation?.name;
  return [
    ...(chat ? [messageId(`c-${sha256(`${connector}\n${chat}`).slice(0, 32)}`)] : []),
    ...(original ? [messageId(itemKey(connector, original.id))] : []),
  ];
}

function address(participant: Participant, network: string) {
  const { name = "", address } = emailAddress(participant, network);
  return { name: undecodable(name), address };
}

function bodyParts(message: Message, { name, receivedAt, leftOut = [], format }: Rendering) {
  if (format === "eml") {
    const lists = listsOf({ attachments: [], notices: message.notices }, leftOut);
    const { text, html } = message;
    const isShown = text !== undefined || (html === undefined && lists.length > 0);
    return {
      ...(isShown && { text: part(appended(text, textLists(lists))) }),
      ...(html !== undefined && { html: part(insideHtml(html, htmlLists(lists))) }),
    };
  }
  const body = bodyOf(message, { name, receivedAt, leftOut });
  return { text: part(textBody(body)), html: part(htmlBody(body)) };
}

function appended(text: string | undefined, notes: string): string {
  return lines([text, notes].filter(Boolean).join("\n\n"));
}

/** Before the end of the body: what follows `</html>` is shown by some clients only. */
function insideHtml(html: string, notes: string): string {
  const end = html.toLowerCase().lastIndexOf("</body>");
  return lines(end < 0 ? html + notes : html.slice(0, end) + notes + html.slice(end));
}

/** Never 7bit, in which a text could hold a boundary line; base64 where letters are not ASCII, as it is shorter. */
function part(content: string) {
  const isForeign = Buffer.byteLength(content, "utf8") > content.length * 1.2;
  return { content, contentTransferEncoding: isForeign ? "base64" : "quoted-printable" };
}
