import { receiptName } from "../../domain/blob-names.ts";
import { tallyOf } from "../../domain/tally.ts";
import { eachLimited } from "../../pipeline/each-limited.ts";
import type { ItemRow, StoredFiles } from "../../pipeline/ports.ts";
import { Receipt, receivedItem } from "../../pipeline/receipt.ts";
import { gather } from "../../pipeline/streams.ts";
import type { OperationsPorts } from "../ports.ts";
import { receiptsOf, type Unit } from "../scan/units.ts";
import { openRunOf } from "./open-run-of.ts";

const AT_ONCE = 8;
const PENDING = tallyOf(["pending"]);

/**
 * Makes known again what was received in a unit and no custody file tells of: its
 * run was still open. `reconcile` then drives each such item on; its deliveries
 * are looked for in their mailboxes before anything is written.
 *
 * Returns how many items were taken up.
 */
export async function restoreReceipts(unit: Unit, ports: OperationsPorts): Promise<number> {
  let restored = 0;
  await eachLimited(receiptsOf(unit, ports.files), AT_ONCE, async ({ blob, itemKey }) => {
    if (await restoreReceipt(blob, itemKey, ports)) restored += 1;
  });
  return restored;
}

async function restoreReceipt(
  blob: string,
  itemKey: string,
  ports: OperationsPorts,
): Promise<boolean> {
  const { ledger, runs } = ports;
  const first = await readReceipt(blob, ports.files);
  if (!first) return false;
  if (!(await ledger.item(itemKey))?.receipt) await ledger.recordReceived(receivedItem(first));
  const item = await ledger.item(itemKey);
  if (!item) return false;

  const last = await lastReceipt(first, item, ports.files);
  const redriven = last?.runId !== undefined && last.runId !== item.runId;
  const runId = redriven ? last.runId : item.runId;
  if (await runs.item(runId, itemKey)) return false;
  const run = await openRunOf(item.connector, runId, ports);
  // A closed run has counted what it counted: `verify` tells of an item that it did not.
  if (!run) return false;
  if (redriven) {
    const at = ports.now();
    await ledger.reopenItem(itemKey, { runId, at });
    await ledger.recordItem(itemKey, { restarts: last.again?.n ?? 0, changedAt: at });
    await ledger.unlistSetAside({ itemKey, at: item.changedAt });
  }
  await runs.putItems(runId, [{ itemKey, done: false, tally: PENDING }]);
  return true;
}

/** The last of the further receipts that the ledger does not know of; one number may be left out by a job put back. */
async function lastReceipt(
  { connector, receivedAt, itemKey }: Receipt,
  { restarts }: ItemRow,
  files: StoredFiles,
): Promise<Receipt | undefined> {
  const prefix = receiptName(connector, new Date(receivedAt), itemKey).replace(/json$/, "");
  let last: { n: number; blob: string } | undefined;
  for await (const { blob } of files.list("receipts", prefix)) {
    const n = Number(/\.(\d+)\.json$/.exec(blob)?.[1] ?? 0);
    if (n > (last?.n ?? restarts)) last = { n, blob };
  }
  return last && readReceipt(last.blob, files);
}

/** Nothing where it is no receipt any more: `verify` tells of it. */
async function readReceipt(blob: string, files: StoredFiles): Promise<Receipt | undefined> {
  const file = await files.open({ container: "receipts", blob });
  if (!file) return undefined;
  try {
    return Receipt.parse(JSON.parse((await gather(file.chunks)).toString()));
  } catch {
    return undefined;
  }
}
