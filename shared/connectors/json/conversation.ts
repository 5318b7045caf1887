import type { Conversation, Participant } from "../../domain/message.ts";
import { participantIdentity } from "../participant-identity.ts";
import { cleanLine } from "./clean-text.ts";
import type { Fields } from "./schema.ts";

export interface ReadConversation {
  readonly conversation?: Conversation;
  /** What TeleMessage's subjects call it before its name. */
  readonly place?: "chat group" | "channel";
}

/**
 * The chat that a message belongs to.
 *
 * A group is known by the id that the source gives it. Two people's chat has
 * none: the two numbers stand for it, in an order of their own, so that both
 * directions and every segment lie in one conversation. Where somebody is not
 * known there is no telling which chat it is.
 */
export function readConversation(
  fields: Fields,
  participants: readonly Participant[],
  network: string,
): ReadConversation {
  const group = typeof fields.groupName === "object" ? fields.groupName : fields.group;
  const name = cleanLine(group?.name ?? asText(fields.groupName) ?? fields.dialogGroupName);
  const id = (group?.id ?? fields.dialogGroupId)?.trim();
  const type = (fields.chatType ?? group?.type ?? "").toLowerCase();

  if (fields.groupMessage || name || id) {
    const isBroadcast = /broadcast|channel/.test(type);
    const isChannel = type.includes("channel") || /^telegram$/i.test(network);
    const place = isBroadcast ? (isChannel ? "channel" : undefined) : "chat group";
    return {
      conversation: { group: true, ...(id && { id }), ...(name && { name }) },
      ...(place && { place }),
    };
  }
  const people = participants.map(participantIdentity);
  if (people.length < 2 || people.includes(undefined)) return {};
  return { conversation: { group: false, id: [...new Set(people)].sort().join("+") } };
}

const asText = (value: unknown) => (typeof value === "string" ? value : undefined);
