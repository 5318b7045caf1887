import type { Outcome } from "./delivery.ts";

/** The counts of a run, in deliveries; an item that ends before the fan-out counts as one. */
export type Tally = Readonly<Record<Outcome, number>> & { readonly available: number };

/** Nothing counted yet. */
export const EMPTY_TALLY: Tally = {
  available: 0,
  imported: 0,
  partial: 0,
  skipped: 0,
  rejected: 0,
  pending: 0,
};

/** One item's outcomes, one for each of its deliveries, as a tally. */
export function tallyOf(outcomes: readonly Outcome[]): Tally {
  const counts = { ...EMPTY_TALLY, available: outcomes.length };
  for (const outcome of outcomes) {
    counts[outcome] += 1;
  }
  return counts;
}

export function sumTallies(tallies: Iterable<Tally>): Tally {
  const sum = { ...EMPTY_TALLY };
  for (const tally of tallies) {
    for (const name of Object.keys(sum) as (keyof Tally)[]) {
      sum[name] += tally[name];
    }
  }
  return sum;
}

/** `available = imported + partial + skipped + rejected + pending`: the promise an auditor checks first. */
export function isBalanced(tally: Tally): boolean {
  const { available, imported, partial, skipped, rejected, pending } = tally;
  return available === imported + partial + skipped + rejected + pending;
}
