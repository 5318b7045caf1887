import type { Limits } from "./options.ts";
import { Refusal } from "./refusal.ts";

/** Exchange Online's limits per application and mailbox; there is one application here. */
export interface Throttle {
  /**
   * Counts a request in. Throws 429 when the mailbox is over a limit; such a
   * request counts too, so one that comes before Retry-After makes it worse.
   */
  enter(mailbox: string, uploadBytes: number, at: Date): void;
  /** Counts a body whose length was not known when it came in. */
  addBytes(mailbox: string, uploadBytes: number, at: Date): void;
  leave(mailbox: string): void;
  clear(): void;
}

const REQUESTS_WINDOW_MS = 600_000;
const BYTES_WINDOW_MS = 300_000;

interface Lane {
  underWay: number;
  readonly requests: SlidingSum;
  readonly bytes: SlidingSum;
}

export function throttle(limits: Limits): Throttle {
  const lanes = new Map<string, Lane>();

  function laneOf(mailbox: string): Lane {
    const lane = lanes.get(mailbox) ?? {
      underWay: 0,
      requests: slidingSum(REQUESTS_WINDOW_MS),
      bytes: slidingSum(BYTES_WINDOW_MS),
    };
    lanes.set(mailbox, lane);
    return lane;
  }

  return {
    enter(mailbox, uploadBytes, at) {
      const lane = laneOf(mailbox);
      const now = at.getTime();
      lane.requests.add(1, now);
      if (lane.requests.total(now) > limits.requestsPer10Minutes) {
        const wait = lane.requests.untilAtMost(limits.requestsPer10Minutes - 1, now);
        throw throttled("Request", wait);
      }
      if (uploadBytes > 0 && lane.bytes.total(now) + uploadBytes > limits.uploadBytesPer5Minutes) {
        const wait = lane.bytes.untilAtMost(limits.uploadBytesPer5Minutes - uploadBytes, now);
        throw throttled("IncomingBytes", wait);
      }
      if (lane.underWay >= limits.concurrentRequests) {
        throw throttled("MailboxConcurrency", limits.concurrencyRetryAfterSeconds * 1000);
      }
      lane.bytes.add(uploadBytes, now);
      lane.underWay++;
    },
    addBytes: (mailbox, uploadBytes, at) => laneOf(mailbox).bytes.add(uploadBytes, at.getTime()),
    leave(mailbox) {
      const lane = lanes.get(mailbox);
      if (lane && lane.underWay > 0) {
        lane.underWay--;
      }
    },
    clear() {
      for (const lane of lanes.values()) {
        lane.requests.clear();
        lane.bytes.clear();
      }
    },
  };
}

function throttled(limit: string, waitMs: number): Refusal {
  return new Refusal(429, "ApplicationThrottled", `Application is over its ${limit} limit.`, {
    "Retry-After": String(Math.max(1, Math.ceil(waitMs / 1000))),
  });
}

interface SlidingSum {
  add(amount: number, now: number): void;
  total(now: number): number;
  /** Milliseconds until no more than `amount` is left in the window. */
  untilAtMost(amount: number, now: number): number;
  clear(): void;
}

/** A sum over the last `windowMs`, to a sixtieth of it: exact enough, and as cheap for a million requests. */
function slidingSum(windowMs: number): SlidingSum {
  const slotMs = windowMs / 60;
  let slots: { until: number; amount: number }[] = [];
  let sum = 0;

  function expire(now: number): void {
    while (slots[0] && slots[0].until <= now) {
      sum -= slots.shift()?.amount ?? 0;
    }
  }

  return {
    add(amount, now) {
      expire(now);
      const until = (Math.floor(now / slotMs) + 1) * slotMs + windowMs;
      const last = slots.at(-1);
      if (last?.until === until) {
        last.amount += amount;
      } else {
        slots.push({ until, amount });
      }
      sum += amount;
    },
    total(now) {
      expire(now);
      return sum;
    },
    untilAtMost(amount, now) {
      let left = sum;
      for (const slot of slots) {
        left -= slot.amount;
        if (left <= amount) {
          return slot.until - now;
        }
      }
      return windowMs;
    },
    clear() {
      slots = [];
      sum = 0;
    },
  };
}
