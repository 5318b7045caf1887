import { parseReceiptName } from "../domain/blob-names.ts";
import { DeferredError, RejectedItemError } from "../domain/errors.ts";
import { finishIfThere, type ImportPorts } from "./import-item.ts";
import { ImportJob } from "./import-job.ts";
import type { PoisonEntry, PoisonQueues, RawStore } from "./ports.ts";
import { receivedItem } from "./receipt.ts";
import { type RejectPorts, rejectDelivery, rejectItem } from "./reject.ts";
import { LAST_TRY } from "./settle.ts";
import { startAgain } from "./start-again.ts";
import { sweepEntry } from "./sweep-poison.ts";
import { UNKNOWN_ENTRY } from "./telemetry.ts";

/** Entries looked at in one pass; those seen go to the back, so the next pass sees others. */
const MOST_BATCHES = 10;
/** As many as Azure hands out at once. */
const MOST_IN_A_BATCH = 32;

export interface MendPorts extends RejectPorts, ImportPorts {
  readonly poison: PoisonQueues;
  readonly rawStore: RawStore;
}

/**
 * Gives a code to every bare entry that the Functions host put into a poison queue,
 * and removes those that have served.
 *
 * The host does so when it could not even call us, and its copies expire after
 * seven days: an item would vanish with them.
 */
export async function mendPoison(ports: MendPorts, mayGoOn: () => boolean): Promise<number> {
  let mended = 0;
  for (const queue of ["jobs", "blobs"] as const) {
    const seen = new Set<string>();
    for (let batch = 0; batch < MOST_BATCHES && mayGoOn(); batch += 1) {
      const entries = await ports.poison.receive(queue);
      if (entries.length === 0) break;
      for (const entry of entries) {
        if (isCoded(entry)) await sweepEntry(entry, ports);
        else if (await mend(entry, ports)) mended += 1;
        else await ports.poison.putBack(entry);
      }
      // Fewer than could be had are all there are: asked again, the queue would give the same ones.
      if (entries.length < MOST_IN_A_BATCH) break;
      if (entries.every(({ messageId }) => seen.has(messageId))) break;
      for (const { messageId } of entries) seen.add(messageId);
    }
  }
  return mended;
}

function isCoded({ entry }: PoisonEntry): boolean {
  return entry?.["reason"] !== undefined;
}

/** Whether the entry is replaced. */
async function mend(entry: PoisonEntry, ports: MendPorts): Promise<boolean> {
  const replaced =
    entry.queue === "blobs" ? await mendConversion(entry, ports) : await mendJob(entry, ports);
  if (!replaced) return false;
  await ports.poison.remove(entry.queue, entry);
  return true;
}

async function mendJob(entry: PoisonEntry, ports: MendPorts): Promise<boolean> {
  const at = ports.now();
  const job = ImportJob.safeParse(entry.entry);
  if (!job.success) return keepBare(entry, "not-an-import-job", ports);
  try {
    if (await finishIfThere(job.data, ports)) return true;
  } catch (error) {
    // The mailbox cannot be asked now: the entry stays as it is until it can.
    if (error instanceof DeferredError) return false;
    if (!(error instanceof RejectedItemError)) throw error;
  }
  const rejection = { code: "tries-exhausted" as const, detail: "host-gave-up", at };
  const done = await rejectDelivery(job.data, { ...rejection, tries: LAST_TRY }, ports);
  return done !== "held";
}

/** What names no item of ours gets a code all the same, and with it no end of its time. */
async function keepBare(entry: PoisonEntry, detail: string, ports: MendPorts): Promise<boolean> {
  const reason = { code: "malformed" as const, detail, at: ports.now(), tries: LAST_TRY };
  await ports.queue.poison({ bare: entry.text }, reason);
  ports.log.error("poison entry unknown", { queue: entry.queue, detail });
  ports.telemetry.event("ItemPoisoned", { ...UNKNOWN_ENTRY, code: reason.code });
  return true;
}

/** The host's five tries at a blob lie within a second: no protection against an outage, so the tries go on here. */
async function mendConversion(entry: PoisonEntry, ports: MendPorts): Promise<boolean> {
  const container = String(entry.entry?.["ContainerName"] ?? "");
  const blob = String(entry.entry?.["BlobName"] ?? "");
  const named = container === "receipts" ? parseReceiptName(blob) : undefined;
  if (!named) {
    // Another app may share the account: what its function could not read is not ours to touch.
    const isOurs = String(entry.entry?.["FunctionId"] ?? "").endsWith(".convert");
    return isOurs && keepBare(entry, "not-a-receipt", ports);
  }
  try {
    return await convertAgain(blob, named.itemKey, ports);
  } catch (error) {
    // A receipt that is not there, or is none: thrown on, it would end every tick of `reconcile`.
    if (!(error instanceof RejectedItemError)) throw error;
    return keepBare(entry, error.detail, ports);
  }
}

async function convertAgain(blob: string, itemKey: string, ports: MendPorts): Promise<boolean> {
  const { ledger, rawStore } = ports;
  const at = ports.now();
  if (!(await ledger.item(itemKey))?.receipt) {
    await ledger.recordReceived(receivedItem(await rawStore.readReceipt(blob)));
  }
  const item = await ledger.item(itemKey);
  if (!item || item.state === "converted" || item.state === "rejected") return true;

  const tries = item.tries + 1;
  if (tries >= LAST_TRY) {
    const { connector, itemKey, runId, receipt } = item;
    const rejection = { code: "tries-exhausted" as const, detail: "host-gave-up", at, tries };
    await rejectItem({ connector, itemKey, runId, receipt }, rejection, ports);
  } else {
    await ledger.recordItem(item.itemKey, { tries, changedAt: at });
    await startAgain(item, { by: "reconcile", why: "host-gave-up", at }, ports);
  }
  return true;
}
