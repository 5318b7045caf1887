const SHORTEST_MS = 1_000;
const LONGEST_MS = 60_000;
/** So many tries for each that finds room: it is taken as soon as it is free, and few come in vain. */
const TRIES = 8;

/**
 * How long whoever finds no room stays away, so that neither the room lies idle nor
 * all that wait ask for it again and again. How many wait nobody can count: how many
 * come in vain tells.
 */
export interface Turns {
  entered(at: Date): void;
  /** Until the next try, in milliseconds. */
  full(at: Date): number;
}

export function turns(): Turns {
  let turnMs = SHORTEST_MS;
  let since: number | undefined;
  let tries = 0;
  let entries = 0;

  /** Judged once a turn: only those who came after the last change can tell what it did. */
  function judge(at: number): void {
    since ??= at;
    if (at - since < turnMs) return;
    const change = tries / Math.max(entries, 0.5) / TRIES;
    const next = turnMs * Math.min(Math.max(change, 0.5), 2);
    turnMs = Math.min(Math.max(next, SHORTEST_MS), LONGEST_MS);
    since = at;
    tries = 0;
    entries = 0;
  }

  return {
    entered(at) {
      judge(at.getTime());
      tries += 1;
      entries += 1;
    },
    full(at) {
      judge(at.getTime());
      tries += 1;
      return turnMs;
    },
  };
}
