import type { PoisonCode } from "../domain/errors.ts";
import type { ImportJob } from "./import-job.ts";
import type { ItemPointers, Ledger, Log, WorkQueue } from "./ports.ts";
import type { Telemetry } from "./telemetry.ts";

export interface RejectPorts {
  readonly ledger: Ledger;
  readonly queue: WorkQueue;
  readonly log: Log;
  readonly telemetry: Telemetry;
}

interface Rejection {
  readonly code: PoisonCode;
  /** Ids and fixed words only. */
  readonly detail: string;
  readonly at: Date;
  readonly tries: number;
}

/**
 * Sets an item aside that has no deliveries.
 *
 * The ledger first: an entry that the ledger knows nothing of would be missed by
 * every list and count, while a missing entry is written again by `reconcile`.
 */
export async function rejectItem(
  item: ItemPointers,
  { code, detail, at, tries }: Rejection,
  { ledger, queue, log, telemetry }: RejectPorts,
): Promise<void> {
  const { connector, itemKey, runId } = item;
  await ledger.listSetAside({ connector, itemKey, runId, code, at });
  await ledger.recordItem(itemKey, { state: "rejected", code, detail, tries, changedAt: at });
  const entry = await queue.poison(item, { code, detail, at, tries });
  await ledger.recordPoisonEntry({ itemKey }, entry);
  log.warn("item poisoned", { connector, itemKey, runId, code, detail });
  telemetry.event("ItemPoisoned", { connector, runId, itemKey, code });
}

/**
 * Sets one delivery aside, by the same order of steps.
 *
 * Says `held` when another host is at work on the delivery, and then does
 * nothing: what that one does decides. One that is imported already stays so.
 */
export async function rejectDelivery(
  job: ImportJob,
  { code, detail, at, tries }: Rejection,
  { ledger, queue, log, telemetry }: RejectPorts,
): Promise<"recorded" | "imported" | "held"> {
  const { connector, itemKey, mailbox, runId } = job;
  await ledger.listSetAside({ connector, itemKey, mailbox, runId, code, at });
  const recorded = await ledger.recordRejection(job, { code, detail, at });
  if (recorded !== "recorded") return recorded;
  const entry = await queue.poison(job, { code, detail, at, tries });
  await ledger.recordPoisonEntry(job, entry);
  log.warn("item poisoned", { connector, itemKey, runId, code, detail });
  telemetry.event("ItemPoisoned", { connector, runId, itemKey, code });
  return recorded;
}
