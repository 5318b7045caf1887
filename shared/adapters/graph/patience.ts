/** How an invocation waits. `signal` ends a wait that is no longer needed. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<unknown>;

/** The longest that one invocation waits, all its waits together. */
export const PATIENCE_MS = 5_000;

/**
 * What is left of an invocation's waiting time. An invocation that sleeps is paid
 * for, and holds its entry: longer waits leave by the defer door.
 */
export interface Patience {
  /** Waits and says true; or says false at once, when that is longer than what is left. */
  wait(ms: number): Promise<boolean>;
  /** Waits for the work no longer than what is left; undefined when it was not done by then. */
  waitFor<T>(work: Promise<T>): Promise<T | undefined>;
}

export function patience(options: { now: () => Date; sleep: Sleep }): Patience {
  const { now, sleep } = options;
  let leftMs = PATIENCE_MS;
  return {
    async wait(ms) {
      if (ms > leftMs) return false;
      leftMs -= ms;
      await sleep(ms);
      return true;
    },
    async waitFor(work) {
      const started = now().getTime();
      const over = new AbortController();
      const tooLong = sleep(leftMs, over.signal).then(
        () => undefined,
        () => undefined,
      );
      try {
        return await Promise.race([work, tooLong]);
      } finally {
        over.abort();
        leftMs -= Math.max(0, now().getTime() - started);
      }
    },
  };
}
