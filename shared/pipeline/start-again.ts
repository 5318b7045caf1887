import { receiptName } from "../domain/blob-names.ts";
import type { ItemRow, Ledger, RawStore } from "./ports.ts";

const PATIENCE_MS = 15 * 60_000;

/**
 * Has an item converted again: by a further receipt, which triggers `convert` as
 * the first one did, scales out with it, and is itself evidence of who and why.
 *
 * Two that start the same item again at once write one receipt between them.
 */
export async function startAgain(
  item: ItemRow,
  { by, why, at }: { by: string; why: string; at: Date },
  { rawStore, ledger }: { rawStore: RawStore; ledger: Ledger },
): Promise<void> {
  const { connector, receivedAt, itemKey } = item;
  const n = item.restarts + 1;
  const first = await rawStore.readReceipt(item.receipt);
  await rawStore.putReceipt(receiptName(connector, receivedAt, itemKey, n), {
    ...first,
    runId: item.runId,
    again: { n, by, why, at: at.toISOString() },
  });
  // Else an item that still waits for its turn would get a further receipt at every pass.
  const waitUntil = new Date(at.getTime() + PATIENCE_MS);
  await ledger.recordItem(itemKey, { restarts: n, waitUntil, changedAt: at });
}
