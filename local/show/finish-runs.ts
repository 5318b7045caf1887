import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../host/host.ts";
import type { Run } from "./accounts.ts";

/** A lease that a killed run left ends after three minutes; nothing else here waits as long. */
const PATIENCE_MS = 4 * 60_000;
const LOOK_EVERY_MS = 500;
/** What waits in the app itself is started again by its timers alone. */
const TIMERS_EVERY_MS = 5_000;

/** How the last collection of each connector ended, in the app's own words, by connector. */
export type Collections = ReadonlyMap<string, string>;

/**
 * Collects, waits until all of it has come to its end, what is put off too, and lets the app
 * balance and close its runs. Collects again while a connector is held by another or unfinished.
 *
 * Resolves with the runs as they stand. Not all are closed when a source failed, or when nothing
 * moved for four minutes.
 */
export async function finishRuns(
  host: Pick<Host, "idle" | "fire">,
  read: {
    runs: () => Promise<Run[]>;
    collections: () => Collections;
    /** Grows whenever something is converted or imported. */
    activity: () => number;
  },
): Promise<Run[]> {
  let seen: { at: number; state: string } | undefined;
  let timers: { at: number; activity: number } | undefined;

  await host.fire("collect");
  for (;;) {
    const { deferred } = await host.idle(["convert", "import"]);
    const activity = read.activity();
    if (!timers || timers.activity !== activity || since(timers.at) > TIMERS_EVERY_MS) {
      const isToBeCollected = [...read.collections().values()].some(isUnfinished);
      if (isToBeCollected && timers) await host.fire("collect");
      await host.fire("reconcile");
      timers = { at: performance.now(), activity };

      const runs = await read.runs();
      if (!isToBeCollected && runs.every((run) => isOver(run, read.collections()))) return runs;
      const state = JSON.stringify([runs, deferred]);
      if (state !== seen?.state) seen = { at: performance.now(), state };
      if (since(seen.at) > PATIENCE_MS) return runs;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function since(at: number): number {
  return performance.now() - at;
}

function isUnfinished(collection: string): boolean {
  return collection === "held" || collection === "unfinished";
}

/** Of a source that failed, what has come is all that comes. */
function isOver(run: Run, collections: Collections): boolean {
  return run.isClosed || (run.pending === 0 && collections.get(run.connector) === "failed");
}
