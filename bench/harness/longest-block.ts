import { figure } from "./figure.ts";
import type { Figure } from "./report.ts";
import { median } from "./statistics.ts";

const RUNS = 5;

/**
 * The longest time in which nothing else could run while the work went on: of
 * several runs the median of the longest, since one of them may have met a
 * neighbour on the machine.
 */
export async function longestBlock(work: () => void | Promise<void>): Promise<Figure> {
  const longest: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    globalThis.gc?.();
    longest.push(await longestOf(work));
  }
  return figure("longest block of the event loop", median(longest), "ms");
}

async function longestOf(work: () => void | Promise<void>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let isDone = false;
  const watching = new Promise<void>((resolve) => {
    function turn(): void {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (isDone) resolve();
      else setImmediate(turn);
    }
    setImmediate(turn);
  });
  try {
    await work();
  } finally {
    // Else a work that fails would leave a loop behind that keeps the process alive.
    isDone = true;
  }
  await watching;
  return longest;
}
