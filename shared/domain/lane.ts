const MINUTE = 60_000;

/** What one process allows itself in one mailbox; Graph's limits hold for an app and a mailbox. */
export interface LaneLimits {
  /** Requests at once: Graph refuses the fifth. */
  readonly requests: number;
  readonly requestsPer10Minutes: number;
  readonly bytesPer5Minutes: number;
}

const LANE_LIMITS: LaneLimits = {
  requests: 4,
  requestsPer10Minutes: 10_000,
  // "150 MB" in Graph's documentation; the smaller reading of it.
  bytesPer5Minutes: 150_000_000,
};

export type Admission =
  | { readonly kind: "entered" }
  /** Wait until a request that is under way ends. */
  | { readonly kind: "busy" }
  /** Wait for so long: Graph said so, or a budget is used up. */
  | { readonly kind: "wait"; readonly ms: number };

/** The requests of one process to one mailbox. It neither waits nor asks; whoever enters, leaves. */
export interface Lane {
  enter(bytes: number, at: Date): Admission;
  leave(): void;
  /**
   * Sets bytes aside, so that a long upload does not come to a halt half-way.
   * Returns 0, or how many milliseconds to wait first. No upload waits for more
   * than most of the budget: one nearly as large as it would never get its turn
   * in a mailbox where something is always going on.
   */
  reserve(bytes: number, at: Date): number;
  /** Nobody enters before this. */
  holdUntil(until: Date): void;
  /** Whether nothing need be remembered. */
  isIdle(at: Date): boolean;
}

export function lane(limits: LaneLimits = LANE_LIMITS): Lane {
  const requests = recent(10 * MINUTE);
  const bytes = recent(5 * MINUTE);
  let inFlight = 0;
  let heldUntil = 0;

  function budgetWaitMs(size: number, at: number): number {
    return Math.max(
      requests.waitMs(1, limits.requestsPer10Minutes, at),
      size > 0 ? bytes.waitMs(size, limits.bytesPer5Minutes, at) : 0,
    );
  }

  return {
    enter(size, at) {
      const now = at.getTime();
      const ms = Math.max(heldUntil - now, budgetWaitMs(size, now));
      if (ms > 0) {
        return { kind: "wait", ms };
      }
      if (inFlight >= limits.requests) return { kind: "busy" };
      inFlight += 1;
      requests.add(1, now);
      bytes.add(size, now);
      return { kind: "entered" };
    },
    leave() {
      inFlight -= 1;
    },
    reserve(size, at) {
      const most = 0.8 * limits.bytesPer5Minutes;
      const ms = bytes.waitMs(Math.min(size, most), limits.bytesPer5Minutes, at.getTime());
      if (ms === 0) {
        bytes.add(size, at.getTime());
      }
      return ms;
    },
    holdUntil(until) {
      heldUntil = Math.max(heldUntil, until.getTime());
    },
    isIdle(at) {
      const now = at.getTime();
      return (
        inFlight === 0 && heldUntil <= now && requests.total(now) === 0 && bytes.total(now) === 0
      );
    },
  };
}

/** A sum over the last `windowMs`, kept in steps of a second or less, and rounded to the careful side. */
function recent(windowMs: number) {
  const slotMs = windowMs / 600;
  const slots: { endsAt: number; amount: number }[] = [];
  let sum = 0;

  function forget(now: number): void {
    while (slots[0] && slots[0].endsAt + windowMs <= now) {
      sum -= slots.shift()?.amount ?? 0;
    }
  }

  return {
    add(amount: number, now: number): void {
      if (amount === 0) return;
      forget(now);
      const endsAt = (Math.floor(now / slotMs) + 1) * slotMs;
      const last = slots.at(-1);
      if (last?.endsAt === endsAt) {
        last.amount += amount;
      } else {
        slots.push({ endsAt, amount });
      }
      sum += amount;
    },
    total(now: number): number {
      forget(now);
      return sum;
    },
    waitMs(amount: number, limit: number, now: number): number {
      forget(now);
      let left = sum;
      let endsAt = 0;
      for (const slot of slots) {
        if (left + amount <= limit) break;
        left -= slot.amount;
        endsAt = slot.endsAt + windowMs;
      }
      return endsAt === 0 ? 0 : endsAt - now;
    },
  };
}
