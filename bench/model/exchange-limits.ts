/**
 * Exchange Online's published limits for an app and a mailbox
 * (https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits).
 */
export interface ExchangeLimits {
  readonly requestsAtOnce: number;
  readonly requestsPer10Minutes: number;
  readonly bytesPer5Minutes: number;
}

export const EXCHANGE_LIMITS: ExchangeLimits = {
  requestsAtOnce: 4,
  requestsPer10Minutes: 10_000,
  bytesPer5Minutes: 150_000_000,
};

export const REQUESTS_WINDOW_MS = 600_000;
const BYTES_WINDOW_MS = 300_000;
/** What a mailbox says that is asked too much at once; Graph publishes no number. */
const AT_ONCE_RETRY_MS = 1_000;

/** One mailbox, as Exchange counts what is asked of it. Refused requests count too. */
export interface Meter {
  /** 0, or after how many milliseconds to come again. Whoever is let in leaves. */
  enter(bytes: number, nowMs: number): number;
  leave(): void;
}

export function meter(limits: ExchangeLimits = EXCHANGE_LIMITS): Meter {
  const requests = slidingSum(REQUESTS_WINDOW_MS);
  const bytes = slidingSum(BYTES_WINDOW_MS);
  let underWay = 0;
  return {
    enter(size, nowMs) {
      requests.add(1, nowMs);
      const waitMs = Math.max(
        // Whoever comes again is one more: the one refused now is still in the window then.
        requests.waitMs(limits.requestsPer10Minutes, nowMs) > 0
          ? requests.waitMs(limits.requestsPer10Minutes - 1, nowMs)
          : 0,
        size > 0 ? bytes.waitMs(limits.bytesPer5Minutes - size, nowMs) : 0,
        underWay >= limits.requestsAtOnce ? AT_ONCE_RETRY_MS : 0,
      );
      if (waitMs > 0) return waitMs;
      if (size > 0) bytes.add(size, nowMs);
      underWay += 1;
      return 0;
    },
    leave() {
      underWay -= 1;
    },
  };
}

/** An exact sum over the last `windowMs`. */
function slidingSum(windowMs: number) {
  let entries: { readonly at: number; readonly amount: number }[] = [];
  let first = 0;
  let sum = 0;

  function forget(nowMs: number): void {
    for (
      let entry = entries[first];
      entry && entry.at + windowMs <= nowMs;
      entry = entries[first]
    ) {
      sum -= entry.amount;
      first += 1;
    }
    if (first > 1_000 && first * 2 > entries.length) {
      entries = entries.slice(first);
      first = 0;
    }
  }

  return {
    add(amount: number, nowMs: number): void {
      forget(nowMs);
      entries.push({ at: nowMs, amount });
      sum += amount;
    },
    /** Until no more than `limit` is left in the window; 0 when that is so now. */
    waitMs(limit: number, nowMs: number): number {
      forget(nowMs);
      let left = sum;
      for (let at = first; left > limit; at += 1) {
        const entry = entries[at];
        if (!entry) return windowMs;
        left -= entry.amount;
        if (left <= limit) return entry.at + windowMs - nowMs;
      }
      return 0;
    },
  };
}
