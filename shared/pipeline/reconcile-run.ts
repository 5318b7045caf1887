import type { Outcome } from "../domain/delivery.ts";
import { RejectedItemError } from "../domain/errors.ts";
import { deliveryKey } from "../domain/item-key.ts";
import { sumTallies, type Tally, tallyOf } from "../domain/tally.ts";
import { eachLimited } from "./each-limited.ts";
import { jobOf } from "./import-job.ts";
import type { DeliveryRow, ItemRow, Ledger, RawStore, Run, RunItem, Runs } from "./ports.ts";
import { type RejectPorts, rejectDelivery, rejectItem } from "./reject.ts";
import { startAgain } from "./start-again.ts";
import { type SweepStaging, sweepDead } from "./sweep-staging.ts";

/** `isFinal`: nothing will change any more, and what was set aside has its poison entry. */
interface Looked {
  readonly tally: Tally;
  readonly isFinal: boolean;
  /** When the item was collected; absent while the source has not given it. */
  readonly knownSince?: Date;
}

/** A run as it was just counted. */
export interface CountedRun extends Run {
  /** Since when its oldest item without an outcome has been known; the longest it may be where that was not found out. */
  readonly pendingSince?: Date;
}

const PENDING: Looked = { tally: tallyOf(["pending"]), isFinal: false };

/** Items looked at at once. */
const AT_ONCE = 16;

/**
 * When nothing has been heard of an item or delivery for so long, it is started
 * again; twice as long after each time, since a queue that is merely long is no
 * reason to fill it further.
 */
export const STUCK_MS = 15 * 60_000;
const LONGEST_STUCK_MS = 24 * 3_600_000;

/** A poison entry that is not there so long after its rejection was lost with its host. */
const ENTRY_LOST_MS = 10 * 60_000;

export interface ReconcilePorts extends RejectPorts {
  readonly rawStore: RawStore;
  readonly ledger: Ledger;
  readonly runs: Runs;
  readonly sweepStaging: SweepStaging;
  readonly now: () => Date;
}

/**
 * Counts one open run from the ledger, and starts again what is stuck in it or
 * whose waiting time is over. Closes it once nothing is pending.
 *
 * `jobsMayBeLost`: whether the queue holds fewer entries than the ledger misses
 * deliveries; as long as it does not, no job is put there a second time.
 *
 * Returns the run as counted. When `mayGoOn` says no, nothing is written but what
 * was found final; the next pass goes on from there.
 */
export async function reconcileRun(
  run: Run,
  ports: ReconcilePorts,
  options: { jobsMayBeLost: boolean; mayGoOn: () => boolean },
): Promise<CountedRun> {
  const { runs, now } = ports;
  const { connector, runId } = run;

  // An operator's redrive still takes items up, step by step: what it has half done must not be counted for good.
  const isFilled = run.kind === "redrive" && run.state === "collecting";
  const settled: RunItem[] = [];
  const tallies: Tally[] = [];
  let count = 0;
  let complete = true;
  let allFinal = true;
  let pendingSince: Date | undefined;
  const dead = new Map<string, Set<string>>();
  await eachLimited(runs.items(runId), AT_ONCE, async (item) => {
    count += 1;
    if (item.done) {
      tallies.push(item.tally);
      return;
    }
    if (!options.mayGoOn()) {
      complete = false;
      return;
    }
    const { tally, isFinal, knownSince = run.openedAt } = await lookAfter(item.itemKey);
    tallies.push(tally);
    if (tally.pending > 0) {
      // What an operator took up again had its outcome until then, however old it is.
      const since = knownSince > run.openedAt ? knownSince : run.openedAt;
      if (!pendingSince || since < pendingSince) pendingSince = since;
    }
    if (isFinal && !isFilled) settled.push({ itemKey: item.itemKey, done: true, tally });
    else allFinal = false;
  });
  await sweepDead(dead, ports);
  await runs.putItems(runId, settled);
  if (!complete) return { ...run, pendingSince: pendingSince ?? run.openedAt };

  const tally = sumTallies(tallies);
  const closes = run.state === "collected" && allFinal;
  const change = {
    tally,
    fromSource: count,
    ...(closes && { state: "closed" as const, closedAt: now() }),
  };
  await runs.change({ connector, runId }, { ...change, ...(closes && { chore: "seal" }) });
  return { ...run, ...change, ...(pendingSince && { pendingSince }) };

  /** What has become of an item so far; whatever is stuck is started again. */
  async function lookAfter(itemKey: string): Promise<Looked> {
    const item = await ports.ledger.item(itemKey);
    // The source listed it and has not given it yet: the next tick of collect asks again.
    if (!item) return PENDING;
    return { ...(await lookAfterItem(item)), knownSince: item.collectedAt };
  }

  async function lookAfterItem(item: ItemRow): Promise<Looked> {
    // Another run counts it: it came there first, or an operator took it up again.
    if (item.runId !== runId) return { tally: tallyOf(["skipped"]), isFinal: true };

    switch (item.state) {
      case "converted":
        return lookAfterDeliveries(item);
      case "rejected":
        await replaceLostEntry(item);
        return { tally: tallyOf(["rejected"]), isFinal: item.poisonEntry !== undefined };
      case "waiting":
        if (!item.waitUntil || item.waitUntil <= now()) await again(item, "waiting time is over");
        return PENDING;
      default:
        if (isStuck(item.changedAt, item.restarts)) await again(item, "never converted");
        return PENDING;
    }
  }

  async function again(item: ItemRow, why: string): Promise<void> {
    const { itemKey, receipt, tries } = item;
    try {
      await startAgain(item, { by: "reconcile", why, at: now() }, ports);
      ports.log.info("item started again", { connector, itemKey, runId, why });
    } catch (error) {
      // Its receipt is gone, or is none: thrown on, it would end every tick, and all other runs stay open.
      if (!(error instanceof RejectedItemError)) throw error;
      const { code, detail } = error;
      await rejectItem(
        { connector, itemKey, runId, receipt },
        { code, detail, at: now(), tries },
        ports,
      );
    }
  }

  function isStuck(since: Date, restarts: number): boolean {
    const patience = Math.min(STUCK_MS * 2 ** restarts, LONGEST_STUCK_MS);
    return now().getTime() - since.getTime() >= patience;
  }

  async function lookAfterDeliveries(item: ItemRow): Promise<Looked> {
    const rows = await ports.ledger.deliveries(item.itemKey);
    const byMailbox = new Map(rows.map((row) => [row.mailbox, row]));
    const outcomes: Outcome[] = Array.from({ length: item.sameElsewhere }, () => "skipped");
    let entriesThere = true;

    // A conversion that died had put jobs for mailboxes into the queue that the next one may not name.
    const others = rows.filter((row) => row.state !== undefined).map((row) => row.mailbox);
    for (const mailbox of new Set([...item.mailboxes, ...others])) {
      const row = byMailbox.get(mailbox);
      // A delivery that another run counts was finished, or taken up again, there.
      if (row && row.runId !== runId && row.state !== undefined) continue;
      outcomes.push(outcomeOf(row, item));
      if (row?.state === "rejected") {
        await replaceLostEntryOf(row, item);
        const keys = dead.get(mailbox) ?? new Set();
        dead.set(mailbox, keys.add(deliveryKey(row)));
        entriesThere &&= row.poisonEntry !== undefined;
      }
    }

    const lost = item.mailboxes.filter((mailbox) => isLost(byMailbox.get(mailbox), item));
    if (options.jobsMayBeLost && lost.length > 0 && isStuck(item.changedAt, item.restarts)) {
      await putJobsBack(item, lost);
    }
    const tally = tallyOf(outcomes);
    return { tally, isFinal: tally.pending === 0 && entriesThere };
  }

  /** Neither finished nor at work nor put off: only its job, if there is one, can bring it on. */
  function isLost(row: DeliveryRow | undefined, item: ItemRow): boolean {
    if (row?.state === "imported" || row?.state === "rejected") return false;
    return isStuck(row?.changedAt ?? item.changedAt, item.restarts);
  }

  async function putJobsBack(item: ItemRow, mailboxes: readonly string[]): Promise<void> {
    for (const mailbox of mailboxes) await ports.queue.add(jobOf(item, mailbox));
    const { itemKey, restarts } = item;
    await ports.ledger.recordItem(itemKey, { restarts: restarts + 1, changedAt: now() });
    ports.log.info("jobs put back", { connector, itemKey, runId, jobs: mailboxes.length });
  }

  /** The ledger was written and the host died before the entry: an operator would look in vain. */
  async function replaceLostEntry(item: ItemRow): Promise<void> {
    if (item.poisonEntry || !entryIsLate(item.changedAt)) return;
    const { itemKey, receipt, tries, code = "tries-exhausted", detail = "" } = item;
    await rejectItem(
      { connector, itemKey, runId, receipt },
      { code, detail, at: now(), tries },
      ports,
    );
  }

  async function replaceLostEntryOf(row: DeliveryRow, item: ItemRow): Promise<void> {
    if (row.poisonEntry || !entryIsLate(row.changedAt)) return;
    const { code = "tries-exhausted", detail = "" } = row;
    const rejection = { code, detail, at: now(), tries: 0 };
    await rejectDelivery(jobOf(item, row.mailbox), rejection, ports);
  }

  function entryIsLate(since: Date): boolean {
    return now().getTime() - since.getTime() >= ENTRY_LOST_MS;
  }
}

function outcomeOf(row: DeliveryRow | undefined, item: ItemRow): Outcome {
  if (row?.state === "imported") return item.filesLeftOut > 0 ? "partial" : "imported";
  return row?.state === "rejected" ? "rejected" : "pending";
}
