import { setTimeout as sleep } from "node:timers/promises";
import type { Activity } from "./activity.ts";
import type { Listener } from "./listener.ts";

/** How a host that has nothing more to do was left. */
export interface Idleness {
  /**
   * Per function: entries put off, leased elsewhere or waiting for their next try, and blobs whose
   * invocation was lost. Functions with none are not named.
   */
  readonly deferred: Readonly<Record<string, number>>;
}

/**
 * Resolves once none of these functions runs and no entry or blob is there for them to take.
 *
 * One look at every listener counts only when nothing ran before, during and after it: a function
 * that finishes between two looks may have left work for a listener that was looked at already.
 */
export async function untilIdle(deps: {
  listeners: readonly Listener[];
  functionNames: readonly string[];
  activity: Activity;
  pollMs: number;
}): Promise<Idleness> {
  const { listeners, functionNames, activity } = deps;
  const isRunning = () => functionNames.some((name) => activity.running(name) > 0);

  for (;;) {
    const begun = activity.begun;
    if (!isRunning()) {
      const deferred = await quiet(listeners);
      if (deferred !== undefined && begun === activity.begun) {
        return { deferred };
      }
    }
    await sleep(deps.pollMs);
  }
}

/** What is put off, or nothing when there is work waiting. */
async function quiet(listeners: readonly Listener[]): Promise<Record<string, number> | undefined> {
  const deferred: Record<string, number> = {};
  for (const listener of listeners) {
    const backlog = await listener.backlog();
    if (backlog.waiting) {
      return undefined;
    }
    if (backlog.deferred > 0) {
      deferred[listener.functionName] = backlog.deferred;
    }
  }
  return deferred;
}
