import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { faultCode, type ListenerDeps } from "./listener.ts";

/** A loop that can be ended. */
export interface Polling {
  start(): void;
  /** Resolves when the round under way is over. */
  stop(): Promise<void>;
}

const LONGEST_PAUSE_AFTER_FAULT_MS = 5_000;

/**
 * Calls `round` again and again, with the pause in between that it asks for in milliseconds.
 *
 * Each round waits until the app is `ready`: what it would take could not be worked on. A round
 * that throws is logged, and tried again after a growing pause: storage may be away.
 */
export function polling(
  deps: Pick<ListenerDeps, "ready" | "log" | "pollMs"> & {
    category: string;
    round: (signal: AbortSignal) => Promise<number>;
  },
): Polling {
  const { ready, round, log, category, pollMs } = deps;
  const stopping = new AbortController();
  const stopped = once(stopping.signal, "abort");
  let loop: Promise<void> = Promise.resolve();

  async function poll(): Promise<void> {
    let faults = 0;
    while (!stopping.signal.aborted) {
      let pauseMs: number;
      try {
        await Promise.race([ready(), stopped]);
        if (stopping.signal.aborted) {
          return;
        }
        pauseMs = await round(stopping.signal);
        faults = 0;
      } catch (error) {
        if (stopping.signal.aborted) {
          return;
        }
        faults += 1;
        pauseMs = Math.min(pollMs * 2 ** faults, LONGEST_PAUSE_AFTER_FAULT_MS);
        log({ level: "warning", category, message: `Polling failed: ${faultCode(error)}` });
      }
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  return {
    start() {
      loop = poll();
    },
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}
