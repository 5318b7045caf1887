import { type Goal, verdictOn } from "./goal.ts";
import type { Figure } from "./report.ts";

/** A number with what was hoped of it. It comes without an interval: it is exact, or the worst of several. */
export function figure(name: string, value: number, unit: string, goal?: Goal): Figure {
  const verdict = goal && verdictOn({ low: value, high: value }, goal);
  return { name, value, unit, ...(goal && { goal }), ...(verdict && { verdict }) };
}
