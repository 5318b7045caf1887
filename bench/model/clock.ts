import type { Sleep } from "../../shared/adapters/graph/patience.ts";

/**
 * Time that passes only when everybody waits. A day takes as long as the work in it,
 * and the same work takes the same time on every machine.
 */
export interface VirtualClock {
  readonly now: () => Date;
  /** Milliseconds since the start. */
  readonly elapsed: () => number;
  readonly sleep: Sleep;
  /** Lets time pass until nobody waits any more. */
  run(): Promise<void>;
}

interface Waiting {
  readonly at: number;
  /** Those who wake in the same moment wake in the order in which they fell asleep. */
  readonly turn: number;
  wake: (() => void) | undefined;
}

export function virtualClock(start: Date): VirtualClock {
  const heap: Waiting[] = [];
  const startMs = start.getTime();
  let nowMs = startMs;
  let turns = 0;

  return {
    now: () => new Date(nowMs),
    elapsed: () => nowMs - startMs,
    sleep(ms, signal) {
      return new Promise<void>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        turns += 1;
        const waiting: Waiting = { at: nowMs + Math.max(0, ms), turn: turns, wake: resolve };
        push(heap, waiting);
        signal?.addEventListener("abort", () => {
          waiting.wake = undefined;
          reject(signal.reason);
        });
      });
    },
    async run() {
      for (;;) {
        await everybodyWaits();
        const next = pop(heap);
        if (!next) return;
        // Whoever was called off moves no clock.
        if (!next.wake) continue;
        nowMs = next.at;
        next.wake();
        for (let same = heap[0]; same && same.at === nowMs; same = heap[0]) pop(heap)?.wake?.();
      }
    },
  };
}

/** Promises that are settled have all been heard by the next turn of the event loop. */
function everybodyWaits(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function isBefore(one: Waiting, other: Waiting): boolean {
  return one.at < other.at || (one.at === other.at && one.turn < other.turn);
}

function push(heap: Waiting[], waiting: Waiting): void {
  let at = heap.length;
  heap.push(waiting);
  while (at > 0) {
    const parentAt = (at - 1) >> 1;
    const parent = heap[parentAt] as Waiting;
    if (isBefore(parent, waiting)) break;
    heap[at] = parent;
    at = parentAt;
  }
  heap[at] = waiting;
}

function pop(heap: Waiting[]): Waiting | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (!first || !last || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let childAt = 2 * at + 1;
    if (childAt >= heap.length) break;
    if (
      childAt + 1 < heap.length &&
      isBefore(heap[childAt + 1] as Waiting, heap[childAt] as Waiting)
    ) {
      childAt += 1;
    }
    const child = heap[childAt] as Waiting;
    if (isBefore(last, child)) break;
    heap[at] = child;
    at = childAt;
  }
  heap[at] = last;
  return first;
}
