import type { Interval } from "./statistics.ts";

export type Goal = { readonly atLeast: number } | { readonly atMost: number };

/** `not decidable`: the interval lies on both sides of the goal. */
export type Verdict = "met" | "missed" | "not decidable";

/** A goal is met when the whole interval reaches it, its worse end included. */
export function verdictOn({ low, high }: Pick<Interval, "low" | "high">, goal: Goal): Verdict {
  const [worse, better] = "atLeast" in goal ? [low, high] : [high, low];
  if (reaches(worse, goal)) return "met";
  return reaches(better, goal) ? "not decidable" : "missed";
}

export function worstOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("missed")) return "missed";
  return verdicts.includes("not decidable") ? "not decidable" : "met";
}

function reaches(value: number, goal: Goal): boolean {
  return "atLeast" in goal ? value >= goal.atLeast : value <= goal.atMost;
}
