import type { Call, Header, Message, MessageKind } from "../domain/message.ts";

/** What a rendered email says of its message beside subject, body and files. */
export type ArchiveMarks = Pick<Message, "kind" | "id" | "conversation" | "original" | "call"> & {
  /** Whose time the `Date` is: the message's own, or the source's received time in its stead. */
  readonly timeFrom: "message" | "received";
  /** The message's own time with its milliseconds, which a `Date` header drops. */
  readonly sentAt?: Date;
  /** When the source received the item. */
  readonly receivedAt?: Date;
};

const KIND = "X-Archive-Kind";
const ID = "X-Archive-Message-Id";
const ORIGINAL = "X-Archive-Original-Id";
const CONVERSATION = "X-Archive-Conversation-Id";
const CONVERSATION_NAME = "X-Archive-Conversation-Name";
const GROUP = "X-Archive-Group";
const CALL_STATUS = "X-Archive-Call-Status";
const CALL_SECONDS = "X-Archive-Call-Seconds";
const CALL_VIDEO = "X-Archive-Call-Video";
const TIME_FROM = "X-Archive-Time-From";
const SENT = "X-Archive-Sent";
const RECEIVED = "X-Archive-Received";

const KINDS: readonly MessageKind[] = [
  "text",
  "call",
  "voicemail",
  "edit",
  "delete",
  "reaction",
  "event",
  "segment",
  "unknown",
];

/**
 * The headers that carry through an email what no standard header holds.
 *
 * The renderer adds them as they are; `readArchiveMarks` gives the same back,
 * whatever the values hold: they are ASCII, on one line, and may be folded at
 * each space.
 */
export function archiveHeaders(
  message: Message,
  timeFrom: ArchiveMarks["timeFrom"],
): readonly Header[] {
  const { kind, id, original, conversation, call } = message;
  const values: readonly (readonly [string, string | undefined])[] = [
    [KIND, kind],
    [ID, id],
    [ORIGINAL, original?.id],
    [CONVERSATION, conversation?.id],
    [CONVERSATION_NAME, conversation?.name],
    [GROUP, conversation && yesOrNo(conversation.group)],
    [CALL_STATUS, call?.status],
    [CALL_SECONDS, call?.durationSeconds?.toString()],
    [CALL_VIDEO, call?.video === undefined ? undefined : yesOrNo(call.video)],
    [TIME_FROM, timeFrom],
  ];
  return values.flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value: escaped(value) }],
  );
}

/** What `archiveHeaders` wrote; absent on an email that the archive did not render. */
export function readArchiveMarks(headers: readonly Header[]): ArchiveMarks | undefined {
  const values = new Map<string, string>();
  for (const { name, value } of headers) {
    const key = name.toLowerCase();
    if (key.startsWith("x-archive-") && !values.has(key)) values.set(key, unescaped(value));
  }
  const read = (name: string) => values.get(name.toLowerCase());

  const kind = KINDS.find((it) => it === read(KIND));
  if (!kind) return undefined;
  const id = read(ID);
  const original = read(ORIGINAL);
  const group = read(GROUP);
  const call = readCall(read);
  const sentAt = new Date(read(SENT) ?? "");
  const receivedAt = new Date(read(RECEIVED) ?? "");
  return {
    kind,
    timeFrom: read(TIME_FROM) === "received" ? "received" : "message",
    ...(id !== undefined && { id }),
    ...(original !== undefined && { original: { id: original } }),
    ...(call && { call }),
    ...(!Number.isNaN(sentAt.getTime()) && { sentAt }),
    ...(!Number.isNaN(receivedAt.getTime()) && { receivedAt }),
    ...(group && {
      conversation: {
        group: group === "yes",
        ...named("id", read(CONVERSATION)),
        ...named("name", read(CONVERSATION_NAME)),
      },
    }),
  };
}

function readCall(read: (name: string) => string | undefined): Call | undefined {
  const status = read(CALL_STATUS);
  if (status === undefined) return undefined;
  const seconds = read(CALL_SECONDS);
  const video = read(CALL_VIDEO);
  return {
    status,
    ...(seconds !== undefined && { durationSeconds: Number(seconds) }),
    ...(video !== undefined && { video: video === "yes" }),
  };
}

const yesOrNo = (claim: boolean) => (claim ? "yes" : "no");

const named = <K extends string>(key: K, value: string | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: string };

/**
 * Percent-encoded but for plain ASCII, with a space after every 60 characters to
 * fold at. A quote, too: the composer would make an encoded word of its value.
 */
function escaped(value: string): string {
  const plain = value
    .toWellFormed()
    .replace(/[^!#$&-<>-~]/gu, (character) => encodeURIComponent(character));
  return plain.match(/.{1,60}/g)?.join(" ") ?? "";
}

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value.replace(/\s+/g, ""));
  } catch {
    // A `%` that we did not write: somebody else uses such a header.
    return value;
  }
}
