import type { Ledger, PoisonEntry, PoisonQueues } from "./ports.ts";

export interface SweepPorts {
  readonly ledger: Ledger;
  readonly poison: PoisonQueues;
}

/**
 * Removes a coded entry that has served: what it stands for was redriven or
 * discarded, or another entry stands for it. Any other is put back, and the ledger
 * notes where it lies now, since receiving it made what was noted before stale.
 *
 * Nothing is lost with an entry: what is set aside is listed in the ledger, and an
 * entry that is missed there is written again.
 */
export async function sweepEntry(entry: PoisonEntry, ports: SweepPorts): Promise<void> {
  const of = subjectOf(entry);
  const row = of && (await rowOf(of, ports.ledger));
  if (row && hasServed(row, entry.messageId)) {
    await ports.poison.remove(entry.queue, entry);
    return;
  }
  const pointer = await ports.poison.putBack(entry);
  if (of && row && pointer) await ports.ledger.recordPoisonEntry(of, pointer);
}

function subjectOf({ entry }: PoisonEntry): { itemKey: string; mailbox?: string } | undefined {
  const { itemKey, mailbox } = entry ?? {};
  if (typeof itemKey !== "string") return undefined;
  return { itemKey, ...(typeof mailbox === "string" && { mailbox }) };
}

async function rowOf(of: { itemKey: string; mailbox?: string }, ledger: Ledger) {
  if (of.mailbox === undefined) return ledger.item(of.itemKey);
  const rows = await ledger.deliveries(of.itemKey);
  return rows.find(({ mailbox }) => mailbox === of.mailbox);
}

function hasServed(
  { state, discardedAt, poisonEntry }: NonNullable<Awaited<ReturnType<typeof rowOf>>>,
  messageId: string,
): boolean {
  if (state !== "rejected" || discardedAt) return true;
  return poisonEntry !== undefined && poisonEntry.messageId !== messageId;
}
