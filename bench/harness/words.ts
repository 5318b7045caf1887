import type { Goal } from "./goal.ts";
import type { Figure, Ratio } from "./report.ts";
import type { Interval } from "./statistics.ts";

/** `1.31 (1.24–1.38)` */
export function intervalText({ median, low, high }: Interval): string {
  return `${rounded(median)} (${rounded(low)}–${rounded(high)})`;
}

export function goalText(goal: Goal | undefined, unit = "×"): string {
  if (!goal) return "";
  const space = unit === "×" || unit === "" ? "" : " ";
  return "atLeast" in goal ? `≥ ${goal.atLeast}${space}${unit}` : `≤ ${goal.atMost}${space}${unit}`;
}

/** What a ratio says, as the subject of a sentence: `speed against postal-mime`. */
export function ratioText({ of, against, measure, role }: Ratio): string {
  const who = of === "archiver" || of === "bundle" ? "" : `${of}: `;
  const what = role === "limit" || role === "peer" ? `the ${role}, ${against}` : against;
  return `${who}${measure} against ${what}`;
}

export function figureText({ value, unit }: Pick<Figure, "value" | "unit">): string {
  return unit === "" || unit === "×" ? `${rounded(value)}${unit}` : `${rounded(value)} ${unit}`;
}

/** Three digits that mean something, and groups of three from 10,000 on. */
export function rounded(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (!Number.isInteger(value) && Math.abs(value) < 100) return value.toPrecision(3);
  const whole = Math.round(value);
  return Math.abs(whole) < 10_000 ? String(whole) : whole.toLocaleString("en-US");
}
