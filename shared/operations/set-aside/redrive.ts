import { redriveRunId } from "../../domain/run-id.ts";
import { tallyOf } from "../../domain/tally.ts";
import { jobOf } from "../../pipeline/import-job.ts";
import type {
  ItemRow,
  Ledger,
  PoisonQueues,
  RawStore,
  Runs,
  WorkQueue,
} from "../../pipeline/ports.ts";
import { startAgain } from "../../pipeline/start-again.ts";
import type { SetAsideEntry } from "./list-set-aside.ts";

export interface RedrivePorts {
  readonly ledger: Ledger;
  readonly poison: PoisonQueues;
  readonly queue: WorkQueue;
  readonly rawStore: RawStore;
  readonly runs: Runs;
  readonly now: () => Date;
}

/** Who takes it up again, why, and by which order. */
export interface Redrive {
  readonly order: string;
  readonly by: string;
  readonly why: string;
  /** When it was asked for. */
  readonly at: Date;
}

const PENDING = tallyOf(["pending"]);

/**
 * Takes up again something that is set aside, for a run of kind `redrive`.
 *
 * Only what `isReady` may be: the run that counted it so far keeps its count. Each
 * step may be repeated, and the list is left last, so whoever
 * dies in between is followed by one that finds it there still.
 */
export async function redrive(
  entry: SetAsideEntry,
  redrive: Redrive,
  ports: RedrivePorts,
): Promise<void> {
  const { ledger, poison, queue, runs, now } = ports;
  const { order, by, why, at } = redrive;
  const { connector, itemKey } = entry.item;
  const runId = redriveRunId(connector, order);
  await openRedriveRun({ connector, runId, at }, runs);
  const { code, detail, delivery, poisonEntry, listed } = entry;
  const mailbox = delivery?.mailbox;
  const item = { ...entry.item, runId };
  await ledger.recordAction(itemKey, {
    action: "redrive",
    by,
    why,
    at,
    code,
    detail,
    runId,
    ...(mailbox !== undefined && { mailbox }),
  });

  if (mailbox === undefined) {
    await convertAgain(item, { by, why }, ports);
  } else {
    await runs.putItems(runId, [{ itemKey, done: false, tally: PENDING }]);
    await ledger.recordItem(itemKey, { runId, changedAt: now() });
    await ledger.reopenDelivery({ itemKey, mailbox }, { runId, at: now() });
    await queue.add(jobOf(item, mailbox));
  }
  // Where it lies may be out of date; `reconcile` removes what has served when it meets it.
  if (poisonEntry) await poison.remove("jobs", poisonEntry);
  await ledger.unlistSetAside(listed);
}

/**
 * Whether it may be taken up: its run has its final count of it, or the order has
 * taken it up before. A run counts for good within minutes, unless another delivery
 * of the item is under way.
 */
export async function isReady(item: ItemRow, order: string, runs: Runs): Promise<boolean> {
  if (item.runId === redriveRunId(item.connector, order)) return true;
  const counted = await runs.item(item.runId, item.itemKey);
  if (counted) return counted.done;
  const run = await runs.get(item.connector, item.runId);
  // A run that is lost counts nothing more.
  return run === undefined || run.state === "closed";
}

/** Has an item converted again, counted by the run that it names. */
export async function convertAgain(
  item: ItemRow,
  { by, why }: { by: string; why: string },
  ports: RedrivePorts,
): Promise<void> {
  const { itemKey, runId } = item;
  const at = ports.now();
  await ports.runs.putItems(runId, [{ itemKey, done: false, tally: PENDING }]);
  await ports.ledger.reopenItem(itemKey, { runId, at });
  await startAgain(item, { by, why, at }, ports);
}

/** A run of kind `redrive` that takes items; one that is open already stays as it is. */
export async function openRedriveRun(
  { connector, runId, at }: { connector: string; runId: string; at: Date },
  runs: Runs,
): Promise<void> {
  const window = { from: at, until: at };
  await runs.open({ connector, runId, kind: "redrive", window, openedAt: at });
}
