import MimeNode from "nodemailer/lib/mime-node";
import { itemKey, sha256 } from "../../domain/item-key.ts";
import type { Header, Message, Participant } from "../../domain/message.ts";
import { archiveHeaders } from "../archive-headers.ts";
import { emailAddress } from "../mail-address.ts";
import type { LeftOutFile } from "./body.ts";
import { wholePart } from "./email-parts.ts";
import { headerLines, keptHeaders, subjectLine, undecodable } from "./header-lines.ts";
import { mimeBytes } from "./mime-parts.ts";
import { recipientsOf } from "./recipients.ts";

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
export function renderEmail(message: Message, rendering: Rendering): Uint8Array {
  const { connector, name, receivedAt, sourceItemId, mapped } = rendering;
  const key = itemKey(connector, sourceItemId);
  const sender = message.participants.find((it) => it.role === "sender") ?? nobody;
  const recipients = recipientsOf(message.participants, mapped).map((it) => address(it, name));
  const thread = threadOf(message, connector);
  const part = wholePart(message, rendering);

  const root = new MimeNode(part.type, {
    // `=_` stands in no quoted-printable or base64 text, so no sender can write a boundary.
    boundaryPrefix: "=_archive",
    baseBoundary: key,
  });
  root.setHeader("From", address(sender, name));
  if (recipients.length > 0) root.setHeader("To", recipients);
  if (message.original) {
    root.setHeader("In-Reply-To", messageId(itemKey(connector, message.original.id)));
  }
  if (thread.length > 0) root.setHeader("References", thread);
  root.setHeader("Message-ID", messageId(key));
  root.setHeader("Date", message.sentAt ?? receivedAt);

  const head = subjectLine(message.subject) + headerLines(ownHeaders(message, rendering));
  return mimeBytes(head, root, part);
}

function ownHeaders(message: Message, { receivedAt, sourceItemId }: Rendering): Header[] {
  return [
    ...archiveHeaders(message, message.sentAt ? "message" : "received"),
    { name: "X-Archive-Source-Item", value: sourceItemId },
    { name: "X-Archive-Received", value: receivedAt.toISOString() },
    // A `Date` knows no milliseconds.
    ...(message.sentAt ? [{ name: "X-Archive-Sent", value: message.sentAt.toISOString() }] : []),
    ...message.headers.filter((it) => /^x-archive-source-(?!item$)/i.test(it.name)),
    ...keptHeaders(message.headers),
  ];
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
