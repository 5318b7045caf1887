import { RejectedItemError } from "../domain/errors.ts";
import type { Participant } from "../domain/message.ts";
import type { Connector } from "./connector.ts";
import type { Emails, ItemRow } from "./ports.ts";
import { readItem } from "./read-item.ts";

/** Who took part in an item, and when; nothing where it cannot be read. */
export async function readParticipants(
  item: ItemRow,
  connector: Connector,
  emails: Emails,
): Promise<{ participants: readonly Participant[]; at: Date } | undefined> {
  try {
    const { message } = await readItem(item, connector, emails);
    return { participants: message.participants, at: message.sentAt ?? item.receivedAt };
  } catch (error) {
    if (error instanceof RejectedItemError) return undefined;
    throw error;
  }
}
