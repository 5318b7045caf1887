import { RejectedItemError } from "../../domain/errors.ts";
import type { Detail, Message } from "../../domain/message.ts";
import { plausibleTime } from "../plausible-time.ts";
import { type ReadCall, readCall } from "./call.ts";
import { cleanLine, cleanText } from "./clean-text.ts";
import { contactCards } from "./contact-cards.ts";
import { readConversation } from "./conversation.ts";
import { readFields } from "./fields.ts";
import { readFiles } from "./files.ts";
import { type ReadKind, readKind } from "./kind.ts";
import { parseJson } from "./parse-json.ts";
import { isOutgoing, readParticipants } from "./participants.ts";
import { rawAttachment } from "./raw-attachment.ts";
import { readTime } from "./read-time.ts";
import type { Fields } from "./schema.ts";
import { sourceHeaders } from "./source-headers.ts";
import { subjectOf } from "./subject.ts";

/**
 * One JSON item, whatever its shape, as a message.
 *
 * Nothing that can be read is refused: an object of a shape or kind that is not
 * known becomes a message that says so, and so does one with fields that hold
 * something else than they should; the raw message is then among its files. Only
 * bytes that are no JSON object throw (`malformed`), and what is encrypted
 * (`encrypted`), or above 50 MB (`oversize`). The work grows with the bytes.
 *
 * @param context.receivedAt when the source received it: no message is younger
 * @param context.name the type's name, `WeChat`, for the subject
 */
export function readJson(
  bytes: Uint8Array,
  context: { readonly receivedAt: Date; readonly name: string },
): Message {
  const { value, damaged } = parseJson(bytes);
  const { shape, fields, unread } = readFields(value);
  refuseEncrypted(fields);

  const told: ReadKind = shape === "unknown" ? { kind: "unknown" } : readKind(fields);
  const isCall = told.kind === "call" || told.kind === "voicemail";
  const call = isCall ? readCall(fields, told.isVideoCall) : undefined;
  const kind: ReadKind = call?.isVoiceMail ? { ...told, kind: "voicemail" } : told;

  const people = readParticipants(fields);
  const place = readConversation(fields, people.participants, context.name);
  const time = readSentAt(fields, call, context.receivedAt);
  const part = partOf(fields, kind);
  const { files, notices, hasUnreadable } = readFiles(fields.attachment ?? []);
  const attachments = files.map(([, attachment]) => attachment);

  const unreadable = [
    ...(kind.kind === "unknown" ? ["the kind of message"] : []),
    ...(damaged ? ["some characters"] : []),
    ...(people.hasUnreadable ? ["some participants"] : []),
    ...(hasUnreadable ? ["some files"] : []),
    ...unread.map((field) => `the field ${field}`),
  ];
  const isWhole = unreadable.length === 0;
  const text = textOf(fields);

  return {
    kind: kind.kind,
    ...(fields.messageId && { id: fields.messageId }),
    ...(time.sentAt && { sentAt: time.sentAt }),
    subject: subjectOf({
      name: context.name,
      kind,
      participants: people.participants,
      conversation: place.conversation,
      place: place.place,
      isUnanswered: call?.isUnanswered ?? false,
      part,
      said: fields.subject ?? undefined,
    }),
    ...(text && { text }),
    participants: people.participants,
    ...(place.conversation && { conversation: place.conversation }),
    ...(kind.original && { original: { id: kind.original } }),
    ...(call && { call: call.call }),
    details: [
      ...detailsOf(fields, kind, part),
      ...(call?.details ?? []),
      ...contactCards(attachments),
    ],
    attachments: isWhole ? attachments : [...attachments, rawAttachment(bytes, value, files)],
    notices: [
      ...time.notices,
      ...people.notices,
      ...(call?.notices ?? []),
      ...notices,
      ...(isWhole
        ? []
        : [`Not understood: ${unreadable.join(", ")}. The raw message is attached.`]),
    ],
    headers: sourceHeaders(fields, people.owner),
  };
}

/** By what the source says, never by the look of a text: "test" and "Okay" are base64 too. */
function refuseEncrypted({ securityContent, textSizeEncrypted, attachment }: Fields): void {
  if (securityContent !== undefined && securityContent !== null) {
    throw new RejectedItemError("encrypted", "securityContent is present");
  }
  if ((textSizeEncrypted ?? 0) > 0) {
    throw new RejectedItemError("encrypted", "textSizeEncrypted is above 0");
  }
  if (attachment?.some((it) => (it?.attachSizeEncrypted ?? 0) > 0)) {
    throw new RejectedItemError("encrypted", "attachSizeEncrypted is above 0");
  }
}

function readSentAt(
  fields: Fields,
  call: ReadCall | undefined,
  receivedAt: Date,
): { sentAt?: Date; notices: string[] } {
  const said = fields.messageTime ?? fields.messageDate;
  const time = said === undefined || said === null ? call?.startedAt : readTime(said);
  const sentAt = plausibleTime(time, receivedAt);
  if (sentAt) return { sentAt, notices: [] };
  const shown = cleanLine(String(said ?? call?.startedAt?.toISOString() ?? ""))?.slice(0, 40);
  return {
    notices: [
      shown
        ? `The source gives a time that cannot be (${shown}); the time it was received stands in its place.`
        : "The source gives no time; the time it was received stands in its place.",
    ],
  };
}

function textOf({ text, textContent, messageContent }: Fields): string | undefined {
  const written = new Set([text, textContent, messageContent].filter((it) => it));
  return written.size > 0 ? cleanText([...written].join("\n\n")) : undefined;
}

function directionOf({ direction }: Fields): string | null | undefined {
  if (isOutgoing(direction)) return "Outgoing";
  return /^in/i.test(direction ?? "") ? "Incoming" : direction;
}

function partOf({ segmentedData }: Fields, { kind }: ReadKind) {
  return kind === "segment"
    ? { number: segmentedData?.pieceNumber ?? 0, of: segmentedData?.totalPieces ?? 0 }
    : undefined;
}

function detailsOf(
  fields: Fields,
  kind: ReadKind,
  part: ReturnType<typeof partOf>,
): readonly Detail[] {
  const { location } = fields;
  const hasPoint = typeof location?.latitude === "number" && typeof location.longitude === "number";
  const rows: readonly (readonly [string, string | null | undefined])[] = [
    ["Direction", directionOf(fields)],
    ["Event", kind.event],
    ["Type", kind.kind === "unknown" ? fields.messageType : undefined],
    ["Part", part && `${part.number} of ${part.of}`],
    ["Location", hasPoint ? `${location?.latitude}, ${location?.longitude}` : undefined],
    ["Place", [location?.name, location?.address].filter(Boolean).join(", ")],
  ];
  return rows.flatMap(([label, said]) => {
    const value = cleanLine(said);
    return value === undefined ? [] : [{ label, value }];
  });
}
