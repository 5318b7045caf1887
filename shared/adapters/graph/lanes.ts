import { DeferredError } from "../../domain/errors.ts";
import { type Lane, type LaneLimits, lane } from "../../domain/lane.ts";
import { noEarlierThan } from "../../domain/retry-after.ts";
import type { Patience } from "./patience.ts";

/** The lanes of this process, one a mailbox. */
export interface Lanes {
  /**
   * Waits for room in the mailbox's lane and takes it. Throws `DeferredError`
   * (`mailbox-waiting`) when that takes longer than the invocation may wait.
   */
  enter(mailbox: string, bytes: number, patience: Patience): Promise<Place>;
  /** Sets bytes of the mailbox's budget aside, or throws `DeferredError`. */
  reserve(mailbox: string, bytes: number): void;
  /** Graph told the mailbox to wait. */
  holdUntil(mailbox: string, until: Date): void;
}

/** Room in a lane; whoever has it gives it back. */
export interface Place {
  leave(): void;
}

/** Lanes with nothing to remember are swept from this many on. */
const SWEEP_FROM = 1_000;
/** When the lane is full: others are at work, and one of them will be done by then. */
const BUSY_MS = 2_000;

export function graphLanes(options: {
  now: () => Date;
  random: () => number;
  limits?: LaneLimits;
}): Lanes {
  const { now, random, limits } = options;
  const lanes = new Map<string, { lane: Lane; waiting: (() => void)[] }>();
  let sweepFrom = SWEEP_FROM;

  function laneOf(mailbox: string) {
    const known = lanes.get(mailbox);
    if (known) return known;
    if (lanes.size >= sweepFrom) sweep();
    const made = { lane: lane(limits), waiting: [] };
    lanes.set(mailbox, made);
    return made;
  }

  function sweep(): void {
    for (const [mailbox, { lane, waiting }] of lanes) {
      if (waiting.length === 0 && lane.isIdle(now())) lanes.delete(mailbox);
    }
    // Else a sweep that finds nothing would be repeated at every new mailbox.
    sweepFrom = Math.max(SWEEP_FROM, 2 * lanes.size);
  }

  const wait = (ms: number) =>
    new DeferredError("mailbox-waiting", {
      on: "mailbox",
      retryAfterMs: noEarlierThan(ms, random),
      nothingWritten: true,
    });

  return {
    async enter(mailbox, bytes, patience) {
      const { lane, waiting } = laneOf(mailbox);
      for (;;) {
        const admission = lane.enter(bytes, now());
        if (admission.kind === "entered") break;
        if (admission.kind === "wait") {
          if (!(await patience.wait(admission.ms))) throw wait(admission.ms);
          continue;
        }
        let waiter = () => {};
        const room = new Promise<true>((resolve) => {
          waiter = () => resolve(true);
        });
        waiting.push(waiter);
        if (!(await patience.waitFor(room))) {
          const at = waiting.indexOf(waiter);
          // Woken in the same moment as the time ran out: the next one is owed the wake-up.
          if (at < 0) waiting.shift()?.();
          else waiting.splice(at, 1);
          throw wait(BUSY_MS);
        }
      }
      return {
        leave() {
          lane.leave();
          waiting.shift()?.();
        },
      };
    },
    reserve(mailbox, bytes) {
      const ms = laneOf(mailbox).lane.reserve(bytes, now());
      if (ms > 0) throw wait(ms);
    },
    holdUntil(mailbox, until) {
      laneOf(mailbox).lane.holdUntil(until);
    },
  };
}
