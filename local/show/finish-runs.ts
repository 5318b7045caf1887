import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../host/host.ts";
import type { Run } from "./accounts.ts";

/** What waits longer than this without anything else coming to its end is left to the schedule. */
const PATIENCE_MS = 5 * 60_000;
const LOOK_EVERY_MS = 500;
/** What waits in the app itself is started again by `reconcile` alone. */
const RECONCILE_EVERY_MS = 5_000;

/**
 * Waits until all that was collected has come to its end, what is put off too, and lets the app
 * balance and close its runs.
 *
 * Resolves with the runs as they stand: not all are closed when nothing moved for five minutes.
 */
export async function finishRuns(
  host: Pick<Host, "idle" | "fire">,
  readRuns: () => Promise<Run[]>,
): Promise<Run[]> {
  let pending = Number.POSITIVE_INFINITY;
  let movedAt = performance.now();
  let reconciledAt = Number.NEGATIVE_INFINITY;

  for (;;) {
    const { deferred } = await host.idle(["convert", "import"]);
    const isQuiet = Object.keys(deferred).length === 0;
    if (isQuiet || performance.now() - reconciledAt > RECONCILE_EVERY_MS) {
      await host.fire("reconcile");
      reconciledAt = performance.now();
      const runs = await readRuns();
      const nowPending = runs.reduce((sum, run) => sum + (run.isClosed ? 0 : run.pending + 1), 0);
      if (nowPending < pending) movedAt = performance.now();
      pending = nowPending;
      if (pending === 0 || performance.now() - movedAt > PATIENCE_MS) return runs;
    }
    await sleep(LOOK_EVERY_MS);
  }
}
