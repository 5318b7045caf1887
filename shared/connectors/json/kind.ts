import type { MessageKind } from "../../domain/message.ts";
import type { CallInfo, Fields } from "./schema.ts";

/** What was done to an earlier message, as TeleMessage words it at the head of a subject. */
export type Change = "DELETED For Me" | "DELETED For All" | "DELETED" | "RECALLED" | "EDIT";

export interface ReadKind {
  readonly kind: MessageKind;
  readonly change?: Change;
  /** The id of the earlier message. */
  readonly original?: string;
  /** What a subject calls it: `WeChat message`, `SMS`, `WeChat story`. */
  readonly noun?: "SMS" | "MMS" | "story";
  readonly isVideoCall?: boolean;
  /** The source's own word for an event: `Join`, `ChangeProfileImage`. */
  readonly event?: string;
}

/**
 * What kind of message it is, by the most telling thing first: the id (a device
 * marks deletions and edits there), the head of the subject, the event, what
 * only calls and segments have, and last the words for the type. A word that is
 * not known makes the message `unknown`, whatever else it holds.
 */
export function readKind(fields: Fields): ReadKind {
  const { messageType, messageContext, eventType } = fields;
  const [type, context, event] = [messageType, messageContext, eventType].map(meaningOf);
  const noun = type?.noun ?? context?.noun;
  const named = noun && { noun };

  const change = changeOf(fields);
  if (change) return { ...named, ...change };
  if (eventType)
    return { ...named, ...(event ?? unknown), ...originalOf(fields), event: eventType };
  if (isFilled(fields.callInfo)) return { ...context, ...type, kind: "call" };
  if ((fields.segmentedData?.totalPieces ?? 0) > 1) return { kind: "segment", noun: "SMS" };
  if (messageType && !type) return unknown;

  const meaning = [type, context].find((it) => it && it.kind !== "text") ?? type ?? context;
  if (meaning) return { ...named, ...meaning, ...originalOf(fields) };
  return !messageContext && hasContent(fields) ? { kind: "text" } : unknown;
}

const unknown: ReadKind = { kind: "unknown" };

/** The sources' words for what we know, in lower-case letters alone. */
const MEANINGS: ReadonlyMap<string, ReadKind> = new Map([
  ...words("text message chat im appmessage archivermessage group bot broadcast channel", "text"),
  ...words("image photo picture gif sticker video audio voice voicenote voicemessage", "text"),
  ...words("document file location vcard contact", "text"),
  ...words("sms pagermessage", "text", { noun: "SMS" }),
  ...words("mms multimediamessage", "text", { noun: "MMS" }),
  ...words("story", "text", { noun: "story" }),
  ...words("call calllog callrecording recording", "call"),
  ...words("voicecall", "call", { isVideoCall: false }),
  ...words("videocall", "call", { isVideoCall: true }),
  ...words("voicemail", "voicemail"),
  ...words("edit edited", "edit", { change: "EDIT" }),
  ...words("delete deleted deleteallmessages deletechat clearchat", "delete", {
    change: "DELETED",
  }),
  ...words("deleteforme", "delete", { change: "DELETED For Me" }),
  ...words("deleteforall", "delete", { change: "DELETED For All" }),
  ...words("recall recalled", "delete", { change: "RECALLED" }),
  ...words("reaction", "reaction"),
  ...words("event join leave remove create rename changeprofileimage", "event"),
]);

function words(
  list: string,
  kind: MessageKind,
  rest: Omit<ReadKind, "kind"> = {},
): [string, ReadKind][] {
  return list.split(" ").map((word) => [word, { kind, ...rest }]);
}

/** A word as a whole, or one in it that tells: `INCOMING_SMS`, `TextMessage`. */
function meaningOf(word: string | null | undefined): ReadKind | undefined {
  if (!word) return undefined;
  const plain = (it: string) => it.toLowerCase().replace(/[^a-z]/g, "");
  const inner = word.slice(0, 100).split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/);
  const telling = inner.map(plain).find((it) => MEANINGS.has(it) && !VAGUE.has(it));
  return MEANINGS.get(plain(word)) ?? (telling ? MEANINGS.get(telling) : undefined);
}

/** Part of the name of anything: a `LuckyMoneyMessage` is not a message that we know. */
const VAGUE = new Set(["message", "chat", "im", "group", "bot", "event", "contact", "file"]);

const IDS: readonly (readonly [RegExp, ReadKind])[] = [
  [/^DELETE_FOR_ME-(?<original>.+)$/, { kind: "delete", change: "DELETED For Me" }],
  [/^DELETE_FOR_ALL-(?<original>.+)$/, { kind: "delete", change: "DELETED For All" }],
  [/^DELETE_ALL_MESSAGES-(?<original>.+)$/, { kind: "delete", change: "DELETED" }],
  [/^EDIT-(?<original>.+?)(?:-\d+)?$/, { kind: "edit", change: "EDIT" }],
];
const SUBJECTS: readonly (readonly [RegExp, ReadKind])[] = [
  [/^DELETED For Me\b/i, { kind: "delete", change: "DELETED For Me" }],
  [/^DELETED For All\b/i, { kind: "delete", change: "DELETED For All" }],
  [/^DELETED\W{1,3}(READ|UNREAD|UNKNOWN)\b/, { kind: "delete", change: "DELETED" }],
  [/^EDIT (READ|UNREAD|UNKNOWN)\b/, { kind: "edit", change: "EDIT" }],
];

function changeOf(fields: Fields): ReadKind | undefined {
  for (const [pattern, meaning] of IDS) {
    const original = pattern.exec(fields.messageId ?? "")?.groups?.["original"];
    if (original) return { ...meaning, original };
  }
  const subject = fields.subject ?? "";
  const told = SUBJECTS.find(([pattern]) => pattern.test(subject))?.[1];
  return told && { ...told, ...originalOf(fields) };
}

/** The original's id: its own field, or the line that a device writes into the text. */
function originalOf(fields: Fields): { original?: string } {
  const { originalMessageId, text, textContent } = fields;
  const line = /Original Message (?:\(Msg ID - ([^)\n]{1,300})\)|ID: ([^\n]{1,300}))/;
  const [, deleted, edited] = line.exec((text ?? textContent ?? "").slice(0, 10_000)) ?? [];
  const original = (originalMessageId ?? deleted ?? edited)?.trim();
  return original ? { original } : {};
}

/** Some writers leave an empty `callInfo` in every message. */
function isFilled(info: CallInfo | null | undefined): boolean {
  return Object.values(info ?? {}).some((it) => it !== null && it !== undefined && it !== "");
}

function hasContent(fields: Fields): boolean {
  const { text, textContent, messageContent, attachment, location } = fields;
  return Boolean(text ?? textContent ?? messageContent ?? location) || Boolean(attachment?.length);
}
