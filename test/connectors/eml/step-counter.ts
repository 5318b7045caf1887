import { Session } from "node:inspector/promises";

/** Counts the blocks of JavaScript that run: a measure of work that is the same however busy the machine is. */
export interface StepCounter {
  count(work: () => Promise<unknown>): Promise<number>;
}

/**
 * To be made before the code is loaded whose steps are counted, ours and the
 * libraries': V8 counts in code only that it has compiled for counting.
 */
export async function stepCounter(): Promise<StepCounter> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const taken = async () => {
    const { result } = await session.post("Profiler.takePreciseCoverage");
    const files = result.filter((it) => it.url.startsWith("file:"));
    const ranges = files.flatMap((it) => it.functions).flatMap((it) => it.ranges);
    return ranges.reduce((sum, it) => sum + it.count, 0);
  };
  return {
    async count(work) {
      await taken();
      await work();
      return taken();
    },
  };
}
