import { DeferredError, RejectedItemError } from "../domain/errors.ts";
import type { ImportJob } from "./import-job.ts";
import { LEASE_MS } from "./ledger.ts";
import type { Log, WorkQueue } from "./ports.ts";
import { type RejectPorts, rejectDelivery } from "./reject.ts";
import { type Telemetry, UNKNOWN_ENTRY } from "./telemetry.ts";

/** `maxDequeueCount` in host.json. Were it larger here, the host would poison the entry first, bare. */
export const LAST_TRY = 5;

/** For how long a delivery may be put off for its own or its mailbox's reasons. */
export const DEFERRAL_LIMIT_MS = 7 * 24 * 3_600_000;

const SHORTEST_MS = 15_000;
const LONGEST_MS = 15 * 60_000;

/**
 * Decides what becomes of an import job whose work failed.
 *
 * Returning means "done with this entry"; throwing hands it back to the host,
 * which counts a try. A throttled service must not use up the tries: an hour
 * of 429s would otherwise move a queue full of healthy items to poison.
 */
export async function settle(
  error: unknown,
  { job, tries, at }: { job: ImportJob; tries: number; at: Date },
  ports: RejectPorts,
): Promise<void> {
  if (error instanceof DeferredError) {
    return defer(error, { job, tries, at }, ports);
  }
  if (error instanceof RejectedItemError) {
    return setAside({ code: error.code, detail: error.detail, at, tries });
  }
  if (tries >= LAST_TRY) {
    const detail = error instanceof Error ? error.name : typeof error;
    return setAside({ code: "tries-exhausted", detail, at, tries });
  }
  throw error;

  async function setAside(rejection: Parameters<typeof rejectDelivery>[1]): Promise<void> {
    if ((await rejectDelivery(job, rejection, ports)) === "held") {
      await ports.queue.defer(job, LEASE_MS);
    }
  }
}

async function defer(
  error: DeferredError,
  { job, tries, at }: { job: ImportJob; tries: number; at: Date },
  ports: RejectPorts,
): Promise<void> {
  const delayMs = error.retryAfterMs ?? backOff(job.deferrals);
  if (error.on !== "app") {
    const ownDelayMs = Math.max(delayMs, 1);
    const waitedMs = await ports.ledger.recordDeferral(job, { code: error.code, ownDelayMs, at });
    if (waitedMs > DEFERRAL_LIMIT_MS) {
      const rejection = { code: "deferred-too-long" as const, detail: error.code, at, tries };
      if ((await rejectDelivery(job, rejection, ports)) !== "held") return;
    }
  }
  await ports.queue.defer(job, delayMs);
  const { connector, itemKey, runId } = job;
  ports.log.info("import deferred", { connector, itemKey, runId, code: error.code, delayMs });
}

/** 15 s, 30 s, 1 min … up to 15 min. */
function backOff(deferrals: number): number {
  return Math.min(SHORTEST_MS * 2 ** Math.min(deferrals, 16), LONGEST_MS);
}

/** Sets an entry aside that is no import job: nobody but its writer knows what it was to be. */
export async function settleUnknown(
  entry: unknown,
  {
    queue,
    log,
    telemetry,
    now,
  }: { queue: WorkQueue; log: Log; telemetry: Telemetry; now: () => Date },
): Promise<void> {
  const bare = typeof entry === "string" ? entry : JSON.stringify(entry);
  const reason = { code: "malformed" as const, detail: "not-an-import-job", at: now(), tries: 1 };
  await queue.poison({ bare: bare ?? "" }, reason);
  log.error("entry unknown", {});
  telemetry.event("ItemPoisoned", { ...UNKNOWN_ENTRY, code: reason.code });
}
