import { sha256 } from "../domain/item-key.ts";
import type { Message, MessageKind, Participant } from "../domain/message.ts";
import { participantIdentity } from "./participant-identity.ts";

/** A call, an event or a deletion is another one on each phone: who deletes for himself deletes nothing elsewhere. */
const COMPARED: ReadonlySet<MessageKind> = new Set(["text", "edit", "reaction"]);

/**
 * The same key for the same message of a chat, from whichever phone it was
 * archived; absent where that is not certain.
 *
 * Merging two messages that are not one loses the second: the archive would be
 * incomplete, and nobody would ever see it. Not merging leaves a copy too many.
 * So everything must agree (sender, chat, time, original, text and files), and
 * what tells one message from the next must be there: the network's own id with
 * the sender in it, or a time to the millisecond. A text sent twice in a second
 * is two messages, and a group's name is no identity.
 */
export function sameMessageKey(message: Message): string | undefined {
  const { kind, sentAt, text, html, attachments, original } = message;
  const sender = message.participants.find((it) => it.role === "sender");
  const from = sender && participantIdentity(sender);
  const chat = chatOf(message);
  if (!COMPARED.has(kind) || !sentAt || from === undefined || chat === undefined) return undefined;
  if (!text && !html && attachments.length === 0) return undefined;

  const id = networkId(message.id, from);
  const isToTheMillisecond = sentAt.getTime() % 1000 !== 0;
  if (message.id === undefined ? !isToTheMillisecond : id === undefined) return undefined;

  const files = attachments.map((it) => sha256(it.content)).sort();
  const parts = [kind, id, from, chat, sentAt.toISOString(), original?.id, text, html, files];
  return sha256(JSON.stringify(parts));
}

/** `<milliseconds>_<sender>_<n>`, with an edit's mark or not: nothing in it is the phone's whose copy it is. */
function networkId(id: string | undefined, from: string): string | undefined {
  const [, sender] = /^(?:EDIT-)?\d{13}_(.+)_\d+(?:-\d+)?$/.exec(id ?? "") ?? [];
  const named = sender && participantIdentity(asNamed(sender));
  return named === from ? id : undefined;
}

function asNamed(value: string): Omit<Participant, "role"> {
  return /^\+?\d+$/.test(value) ? { number: value } : { handle: value };
}

/** A group by its id, two people's chat by the two. */
function chatOf({ conversation, participants }: Message): string | undefined {
  if (conversation?.group) return conversation.id && `group ${conversation.id}`;
  const people = new Set(participants.map(participantIdentity));
  return people.size === 2 && !people.has(undefined) ? [...people].sort().join(" and ") : undefined;
}
