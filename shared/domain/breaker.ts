const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** After how much the whole app is taken to be refused, or Graph to be down. */
export interface BreakerLimits {
  /** So many mailboxes refuse, and none has taken anything meanwhile. */
  readonly refusingMailboxes: number;
  /** Or for so long nothing but refusals came. */
  readonly refusedForMs: number;
  /** So many failures in a row … */
  readonly failures: number;
  /** … and for so long. */
  readonly failingForMs: number;
}

const BREAKER_LIMITS: BreakerLimits = {
  refusingMailboxes: 3,
  refusedForMs: 10 * MINUTE,
  failures: 5,
  failingForMs: 30 * SECOND,
};

/**
 * Tells one mailbox's refusal from a consent that is gone, and one bad answer
 * from an outage. Counts within one process; it neither waits nor asks.
 */
export interface Breaker {
  /** A mailbox was reached and served. */
  served(mailbox: string): void;
  /** Graph answered, whatever it said: it is not down. */
  answered(): void;
  /**
   * A mailbox refused (403). `own`: others were served meanwhile, so the refusal
   * is that mailbox's own. `trips`: none was, and this is one too many.
   */
  refused(mailbox: string, at: Date): { readonly own: boolean; readonly trips: boolean };
  /** No answer, or one that Graph is in trouble. True: look once more, and if that fails too it is down. */
  failed(at: Date): boolean;
}

export function breaker(limits: BreakerLimits = BREAKER_LIMITS): Breaker {
  /** Mailboxes that refused since one was last served, and since when. */
  const refusing = new Map<string, Date>();
  /** Mailboxes known to refuse while others are served. */
  const outOfScope = new Set<string>();
  let failures = 0;
  let failingSince: Date | undefined;

  function answered(): void {
    failures = 0;
    failingSince = undefined;
  }

  return {
    answered,
    served(mailbox) {
      answered();
      outOfScope.delete(mailbox);
      refusing.delete(mailbox);
      for (const other of refusing.keys()) {
        outOfScope.add(other);
      }
      refusing.clear();
    },
    refused(mailbox, at) {
      answered();
      if (outOfScope.has(mailbox)) {
        return { own: true, trips: false };
      }
      refusing.set(mailbox, refusing.get(mailbox) ?? at);
      const since = Math.min(...[...refusing.values()].map((it) => it.getTime()));
      const trips =
        refusing.size >= limits.refusingMailboxes || at.getTime() - since >= limits.refusedForMs;
      return { own: false, trips };
    },
    failed(at) {
      failures += 1;
      failingSince ??= at;
      return (
        failures >= limits.failures && at.getTime() - failingSince.getTime() >= limits.failingForMs
      );
    },
  };
}

/**
 * For how long the app stays closed before it looks again, given since when it
 * has been: half a minute at first, then a quarter as long again, five minutes at
 * most. So the archive rests for a quarter longer than Graph does, and asks seldom.
 */
export function closedForMs(since: Date, at: Date): number {
  const closed = at.getTime() - since.getTime();
  return Math.min(Math.max(closed / 4, 30 * SECOND), 5 * MINUTE);
}
