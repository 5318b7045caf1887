import type { Breaker } from "../../domain/breaker.ts";
import { classify, type ErrorRow, failureWord } from "../../domain/error-table.ts";
import { type DeferCause, DeferredError, RejectedItemError } from "../../domain/errors.ts";
import { backOffMs, noEarlierThan } from "../../domain/retry-after.ts";
import type { ClosedGate, Gates, Log } from "../../pipeline/ports.ts";
import type { AppGate } from "./app-gate.ts";
import type { GraphFailure } from "./graph-failure.ts";
import type { Lanes } from "./lanes.ts";

/** What the pipeline is told of a delivery that Graph did not take. */
export interface Verdicts {
  on(
    error: GraphFailure,
    delivery: { key: string; mailbox: string; ajar: ClosedGate | undefined },
  ): Promise<DeferredError | RejectedItemError>;
  /** The delivery got on: its next failure is a first one again. */
  forget(key: string): void;
}

export const LONGEST_BACK_OFF_MS = 15 * 60_000;
/** A refusal that may be the app's own fault is looked at again after this. */
const DOUBTFUL_MS = 5 * 60_000;
/** Deliveries whose failures are counted; of more, the oldest count begins afresh. */
const COUNTED = 10_000;

export function verdicts(options: {
  app: AppGate;
  breaker: Breaker;
  gates: Gates;
  lanes: Lanes;
  log: Log;
  now: () => Date;
  random: () => number;
}): Verdicts {
  const { app, breaker, gates, lanes, log, now, random } = options;
  const failures = new Map<string, number>();

  function count(key: string): number {
    const counted = (failures.get(key) ?? 0) + 1;
    failures.delete(key);
    failures.set(key, counted);
    const oldest = failures.keys().next().value;
    if (failures.size > COUNTED && oldest !== undefined) failures.delete(oldest);
    return counted;
  }

  return {
    forget: (key) => void failures.delete(key),

    async on(error, { key, mailbox, ajar }) {
      const { failure } = error;
      const row = classify(failure);
      const word = failureWord(failure);
      const { wait } = row;
      if (!wait) return new RejectedItemError("rejected-by-exchange", word, { cause: error });

      const deferred = (ms: number, on: DeferCause) =>
        new DeferredError(wait.code, {
          on,
          retryAfterMs: noEarlierThan(ms, random),
          // Graph counts a request before it serves it.
          nothingWritten: row.id === "throttled",
          cause: error,
        });
      const at = now();
      if (row.id === "mailbox-forbidden" && ajar?.code !== wait.code) {
        const { own, trips } = breaker.refused(mailbox, at);
        if (trips) await app.close(wait.code);
        // As long as nobody else was served, the app itself may be what is refused.
        if (!own) return deferred(DOUBTFUL_MS, "app");
      }
      const ms = failure.retryAfterMs ?? wait.delayMs ?? backOffMs(count(key), LONGEST_BACK_OFF_MS);
      const until = new Date(at.getTime() + ms);
      if (wait.holdsMailbox) lanes.holdUntil(mailbox, until);
      if (!wait.holdsMailbox || wait.delayMs === undefined) return deferred(ms, wait.on);

      const closed = await closeMailbox(gates, mailbox, { until, code: wait.code }, at);
      if (closed.since.getTime() === at.getTime()) {
        log.warn("mailbox closed", { mailbox, row: row.id, code: word });
      }
      return isGivenUp(row, closed, at)
        ? new RejectedItemError("mailbox-unavailable", word, { cause: error })
        : deferred(ms, wait.on);
    },
  };
}

/** Keeps everything away from a mailbox, in every process, until the time given. */
export async function closeMailbox(
  gates: Gates,
  mailbox: string,
  { until, code }: Pick<ClosedGate, "until" | "code">,
  at: Date,
): Promise<ClosedGate> {
  const before = await gates.closed(mailbox);
  const closed = { until, code, since: before?.code === code ? before.since : at };
  await gates.close(mailbox, closed);
  return closed;
}

function isGivenUp({ wait }: ErrorRow, { since }: ClosedGate, at: Date): boolean {
  const limitMs = wait?.giveUpAfterMs;
  return limitMs !== undefined && at.getTime() - since.getTime() >= limitMs;
}
