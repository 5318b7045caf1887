import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const MB = 1_048_576;
const SAMPLE_MS = 2;

/**
 * How far the process' resident memory rises above what it holds at rest, in MB,
 * while the work goes on. For a fresh process: memory that an earlier work has left
 * to the heap would be used again, and not be seen.
 */
export async function peakAboveIdle(work: () => Promise<void>): Promise<number> {
  globalThis.gc?.();
  await pause(50);
  globalThis.gc?.();
  const idle = process.memoryUsage.rss();
  const peak = watchPeak();
  let most = idle;
  try {
    await work();
  } finally {
    // Else the samples of a work that failed would go on.
    most = peak();
  }
  return (most - idle) / MB;
}

/** The kernel's own mark where there is one (Linux), which misses nothing; else many samples. */
function watchPeak(): () => number {
  if (resetMark()) return readMark;
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, SAMPLE_MS);
  return () => {
    clearInterval(timer);
    return Math.max(most, process.memoryUsage.rss());
  };
}

function resetMark(): boolean {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
    return true;
  } catch {
    // No Linux, or not allowed here.
    return false;
  }
}

function readMark(): number {
  const [, kb] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return Number(kb) * 1024;
}
