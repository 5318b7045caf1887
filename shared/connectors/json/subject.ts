import type { Conversation, Participant } from "../../domain/message.ts";
import { cleanLine } from "./clean-text.ts";
import type { ReadKind } from "./kind.ts";

/** Exchange keeps 255 characters of a subject. */
const LONGEST = 250;

export interface SubjectParts {
  /** The type's name: `WeChat`. */
  readonly name: string;
  readonly kind: ReadKind;
  readonly participants: readonly Participant[];
  readonly conversation: Conversation | undefined;
  /** `chat group`, `channel`: what the subject calls the conversation before its name. */
  readonly place: string | undefined;
  readonly isUnanswered: boolean;
  readonly part: { readonly number: number; readonly of: number } | undefined;
  /** The source's own subject: a device's whole line, or the words of whoever sent an MMS. */
  readonly said: string | undefined;
}

/**
 * The subject as TeleMessage's own devices word it, so that a search finds the
 * items of both: `WeChat message from A to B`, `SMS from A to B`, `WhatsApp
 * unanswered video call from A to B`, `DELETED For All - UNKNOWN …`.
 *
 * A subject that a device made stands as it is, since it knows more (whether a
 * deleted message was read); any other follows after a colon.
 */
export function subjectOf(parts: SubjectParts): string {
  const said = cleanLine(parts.said) ?? "";
  if (isDevicesOwn(said)) return cut(said);
  return cut(said ? `${built(parts)}: ${said}` : built(parts));
}

function isDevicesOwn(subject: string): boolean {
  return (
    /\b(message|call|SMS|MMS)\b.* from .+ to /i.test(subject.slice(0, 1_000)) ||
    /^Calls with multiple participants/i.test(subject)
  );
}

function built(parts: SubjectParts): string {
  const { kind, part } = parts;
  const change = headOf(kind);
  const line = `${change}${what(parts)} from ${senderOf(parts)} to ${receiverOf(parts)}`;
  if (part) return `${line} (part ${part.number} of ${part.of})`;
  return kind.kind === "event" && kind.event ? `${line}: ${cleanLine(kind.event)}` : line;
}

/** The source does not say whether the message had been read. */
function headOf({ change }: ReadKind): string {
  if (change === undefined) return "";
  if (change === "RECALLED") return "RECALLED ";
  return change === "EDIT" ? "EDIT UNKNOWN " : `${change} - UNKNOWN `;
}

function what({ name, kind, isUnanswered }: SubjectParts): string {
  switch (kind.kind) {
    case "call":
      return `${name} ${isUnanswered ? "unanswered " : ""}${kind.isVideoCall ? "video" : "voice"} call`;
    case "voicemail":
      return `${name} voice mail`;
    case "reaction":
      return `${name} reaction`;
    case "event":
      return `${name} event`;
    case "unknown":
      return `${name} message of unknown kind`;
    default:
      if (kind.noun === "story") return `${name} story`;
      return kind.noun ?? `${name} message`;
  }
}

function senderOf({ participants }: SubjectParts): string {
  return called(participants.find((it) => it.role === "sender"));
}

function receiverOf({ participants, conversation, place }: SubjectParts): string {
  if (conversation?.group && conversation.name) {
    return place ? `${place} ${conversation.name}` : conversation.name;
  }
  const [first, ...others] = participants.filter((it) => it.role === "recipient");
  return others.length > 0 ? `${called(first)} and ${others.length} more` : called(first);
}

/** The number, as TeleMessage does; else what there is. */
function called(person: Participant | undefined): string {
  return person?.number ?? person?.name ?? person?.address ?? person?.handle ?? "UNKNOWN";
}

function cut(line: string): string {
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1).toWellFormed()}…`;
}
