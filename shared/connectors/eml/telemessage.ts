import type { Call, Conversation, Header, Message, Participant } from "../../domain/message.ts";
import { cleanLine } from "../json/clean-text.ts";
import { readKind } from "../json/kind.ts";
import { participantIdentity } from "../participant-identity.ts";
import { firstValue } from "./named-headers.ts";
import { decodedWords } from "./words.ts";

/** What a TeleMessage email says of its message beside who, when and what. */
export type Meaning = Pick<Message, "kind" | "id" | "original" | "conversation" | "call">;

const CALL =
  /(?:^|\s)(?:(unanswered)\s)?(voice|video) call from\s|^Calls with multiple participants/i;
const SEGMENT = /\bpart \d{1,3} of \d{1,3}\b/i;

/**
 * Reads the `X-TELEMESSAGE-*` headers and the forms of subject that TeleMessage
 * and its devices write. An email without any of them is a text message.
 */
export function readMeaning(
  headers: readonly Header[],
  message: { subject: string; text: string | undefined; participants: readonly Participant[] },
): Meaning {
  const { subject, text, participants } = message;
  const read = (name: string) => header(headers, name);
  const id = read("ArchiveMessageID");
  const messageType = read("MessageType");
  const status = read("Status");

  const told = readKind({ messageId: id, messageType, subject, text: text ?? subject });
  const call = told.kind === "text" || told.kind === "call" ? CALL.exec(subject) : null;
  const isSegment = told.kind === "text" && SEGMENT.test(subject);
  const kind = call ? "call" : isSegment ? "segment" : told.kind;
  const conversation = readConversation(read, participants);
  return {
    kind,
    ...(id && { id }),
    ...(told.original && { original: { id: told.original } }),
    ...(conversation && { conversation }),
    ...(kind === "call" && { call: readCall(call, status, told.isVideoCall) }),
  };
}

/** Whether the customer's own key is needed to read it. */
export function isEncrypted(headers: readonly Header[]): boolean {
  return headers.some((it) => /^x-telemessage-enc-/i.test(it.name));
}

/** The headers that go with the message wherever it goes, as received, in order. */
export function keptHeaders(headers: readonly Header[]): Header[] {
  return headers.filter((it) => /^x-(telemessage|archive-source)-/i.test(it.name));
}

function header(headers: readonly Header[], name: string): string | undefined {
  const found = firstValue(headers, `x-telemessage-${name.toLowerCase()}`);
  return found && cleanLine(decodedWords(found));
}

function readCall(
  subject: RegExpExecArray | null,
  status: string | undefined,
  isVideoCall: boolean | undefined,
): Call {
  const [, unanswered, medium] = subject ?? [];
  const video = medium ? /video/i.test(medium) : isVideoCall;
  return {
    status: status ?? unanswered ?? "not stated",
    ...(video !== undefined && { video }),
  };
}

function readConversation(
  read: (name: string) => string | undefined,
  participants: readonly Participant[],
): Conversation | undefined {
  const groupId = read("GroupID");
  const groupName = read("GROUP_NAME");
  const group = groupId !== undefined || groupName !== undefined;
  const id = groupId ?? read("THREAD_ID") ?? (group ? undefined : pairOf(participants));
  const name = groupName ?? read("ThreadName");
  if (id === undefined && name === undefined) return undefined;
  return { group, ...(id && { id }), ...(name && { name }) };
}

/** A chat of two has no id of its own: whose it is stands for it, in both directions. */
function pairOf(participants: readonly Participant[]): string | undefined {
  const people = participants.map(participantIdentity);
  if (people.length < 2 || people.includes(undefined)) return undefined;
  return [...new Set(people)].sort().join("+");
}
