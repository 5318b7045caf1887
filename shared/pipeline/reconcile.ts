import { isBalanced } from "../domain/tally.ts";
import { type CloseBooksPorts, closeBooks } from "./close-books.ts";
import { everyConnector } from "./every-connector.ts";
import { type MeasurePorts, measureConnectors, measureQueues } from "./measure-archive.ts";
import { type MendPorts, mendPoison } from "./mend-poison.ts";
import type { Run } from "./ports.ts";
import { type CountedRun, type ReconcilePorts, reconcileRun } from "./reconcile-run.ts";

/** A run that still has something pending after so long is reported as unbalanced. */
const LATE_MS = 24 * 3_600_000;

export interface ReconcileAllPorts
  extends ReconcilePorts,
    MendPorts,
    CloseBooksPorts,
    MeasurePorts {}

export interface ReconcileResult {
  readonly open: readonly Run[];
  readonly closed: readonly Run[];
  /** Bare poison entries that got a code. */
  readonly mended: number;
  /** Runs that got their report and their custody file. */
  readonly sealed: number;
}

/**
 * Closes the circle: codes for bare poison entries, a new start for what is stuck,
 * a balance for every open run, report and custody file for every closed one, and
 * word of how things stand to those who watch.
 *
 * What it does not reach within its time, the next tick does.
 */
export async function reconcile(
  ports: ReconcileAllPorts,
  mayGoOn: () => boolean,
): Promise<ReconcileResult> {
  await measureQueues(ports);
  const mended = await mendPoison(ports, mayGoOn);

  const runs = await openRuns(ports);
  const pending = runs.reduce((sum, { tally }) => sum + tally.pending, 0);
  const jobsMayBeLost = (await ports.queue.depth()) < pending;

  const open: Run[] = [];
  const closed: Run[] = [];
  const pendingSince = new Map<string, Date>();
  for (const run of runs) {
    if (!mayGoOn()) {
      open.push(run);
      noteOldest({ ...run, pendingSince: run.openedAt }, pendingSince);
      continue;
    }
    const counted = await reconcileRun(run, ports, { jobsMayBeLost, mayGoOn });
    report(counted, ports);
    noteOldest(counted, pendingSince);
    (counted.state === "closed" ? closed : open).push(counted);
  }
  await measureConnectors(pendingSince, ports);
  return { open, closed, mended, sealed: await closeBooks(ports, mayGoOn) };
}

function noteOldest({ connector, pendingSince }: CountedRun, oldest: Map<string, Date>): void {
  const known = oldest.get(connector);
  if (pendingSince && (!known || pendingSince < known)) oldest.set(connector, pendingSince);
}

async function openRuns(ports: ReconcileAllPorts): Promise<Run[]> {
  const open: Run[] = [];
  for (const connector of await everyConnector(ports)) {
    for (const state of ["collecting", "collected"] as const) {
      for await (const run of ports.runs.list(connector, { state })) open.push(run);
    }
  }
  return open;
}

function report({ connector, runId, state, tally, openedAt }: Run, ports: ReconcileAllPorts): void {
  const { pending, ...settled } = tally;
  const fields = { connector, runId, ...settled };
  if (state === "closed") {
    ports.log.info("run balanced", { ...fields, pending });
    ports.telemetry.event("RunBalanced", fields);
    ports.telemetry.measure("available_deliveries", tally.available, { connector });
    ports.telemetry.measure("imported_deliveries", tally.imported + tally.partial, { connector });
  } else if (!isBalanced(tally) || ports.now().getTime() - openedAt.getTime() > LATE_MS) {
    ports.log.error("run unbalanced", { ...fields, pending });
    ports.telemetry.event("RunUnbalanced", { ...fields, pending });
  }
}
