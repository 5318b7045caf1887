import { DeferredError } from "../domain/errors.ts";
import type { MailItem } from "../domain/mail-item.ts";
import type { ImportJob } from "./import-job.ts";
import { ClaimLostError } from "./ledger.ts";
import type { Claim, Gates, Ledger, Mailboxes } from "./ports.ts";
import type { Telemetry } from "./telemetry.ts";

export type ImportResult =
  | { readonly kind: "imported"; readonly mailboxItemId: string; readonly reduced?: string }
  /** The delivery had its outcome before this job came: no counter moves. */
  | { readonly kind: "unchanged" };

export interface ImportPorts {
  /** Reads the job's email and makes of it what the mailbox is given. */
  readonly prepare: (job: ImportJob) => Promise<MailItem>;
  readonly mailboxes: Mailboxes;
  readonly ledger: Ledger;
  readonly gates: Gates;
  readonly telemetry: Telemetry;
  readonly now: () => Date;
}

/** A claim with less time left than this is lengthened before anything slow begins. */
const KEEP_BEFORE_MS = 2 * 60_000;

/**
 * Brings one item into one mailbox, once.
 *
 * The queue may hand out a job again, and a host may die between any two lines.
 * So a delivery is claimed before it is written, and who takes over a claim
 * looks in the mailbox before writing: the one before may have died, or lost
 * Exchange's answer, with the item already there.
 */
export async function importItem(job: ImportJob, ports: ImportPorts): Promise<ImportResult> {
  const { gates, now } = ports;
  await passGates(job, gates, now());
  const slot = await gates.enter(job.mailbox);
  if (slot.kind === "full") {
    const { retryAfterMs } = slot;
    throw new DeferredError("mailbox-waiting", { on: "mailbox", retryAfterMs });
  }
  try {
    return await importWithSlot(job, slot, ports);
  } finally {
    await slot.leave();
  }
}

async function importWithSlot(
  job: ImportJob,
  slot: { leave(): Promise<void> },
  ports: ImportPorts,
): Promise<ImportResult> {
  const { prepare, mailboxes, ledger, telemetry, now } = ports;
  const asked = now();
  const claim = await ledger.claim(job, asked);
  if (claim.kind === "finished") {
    return { kind: "unchanged" };
  }
  if (claim.kind === "held") {
    const retryAfterMs = Math.max(claim.until.getTime() - asked.getTime(), 1_000);
    throw new DeferredError("delivery-claimed", { on: "app", retryAfterMs });
  }

  let held: Claim = claim;
  const keep = async (): Promise<void> => {
    if (held.until.getTime() - now().getTime() < KEEP_BEFORE_MS) {
      held = await ledger.keep(held, now());
    }
  };
  try {
    const item = await prepare(job);
    const found = held.kind === "taken-over" ? await mailboxes.find(job, item) : undefined;
    // A slow look must not leave less of the lease than a write may take.
    await keep();
    const added = found ? { mailboxItemId: found } : await mailboxes.add(job, item, keep);
    // What is left to do is no matter of the mailbox: the next one need not wait for it.
    await slot.leave();
    await ledger.finish(held, added, now());
    tellImported(job, claim, ports);
    telemetry.measure("graph_requests_per_item", telemetry.requests(), {
      connector: job.connector,
    });
    return { kind: "imported", ...added };
  } catch (error) {
    if (error instanceof ClaimLostError) {
      throw new DeferredError("delivery-claimed", { on: "app", cause: error });
    }
    // Else the next try would find its own claim held, and wait longer than Graph asked.
    const nothingWritten = error instanceof DeferredError && error.nothingWritten;
    await ledger.release(held, { nothingWritten, at: now() });
    throw error;
  }
}

/**
 * Finishes a delivery whose item lies in its mailbox already, and says whether it
 * does; writes nothing there.
 *
 * For a job that its host gave up: a process that died five times may have died
 * after the write. Throws `DeferredError` when the mailbox cannot be asked.
 */
export async function finishIfThere(job: ImportJob, ports: ImportPorts): Promise<boolean> {
  const { prepare, mailboxes, ledger, now } = ports;
  const claim = await ledger.claim(job, now());
  if (claim.kind === "finished") return true;
  if (claim.kind === "held") throw new DeferredError("delivery-claimed", { on: "app" });
  try {
    const found =
      claim.kind === "taken-over" ? await mailboxes.find(job, await prepare(job)) : undefined;
    if (found) {
      await ledger.finish(claim, { mailboxItemId: found }, now());
      tellImported(job, claim, ports);
    } else {
      await ledger.release(claim, { nothingWritten: true, at: now() });
    }
    return found !== undefined;
  } catch (error) {
    await ledger.release(claim, { nothingWritten: false, at: now() });
    throw error;
  }
}

function tellImported(
  { connector, runId, itemKey, mailbox }: ImportJob,
  { filesLeftOut }: Claim,
  { telemetry }: ImportPorts,
): void {
  const outcome = filesLeftOut > 0 ? "partial" : "imported";
  telemetry.event("ItemImported", { connector, runId, itemKey, mailbox, outcome });
}

/**
 * A mailbox that was told to wait, or an app that Graph refuses, is not asked
 * again before its time: each such question would count against us.
 */
async function passGates(job: ImportJob, gates: Gates, at: Date): Promise<void> {
  for (const [gate, on] of [
    ["app", "app"],
    [job.mailbox, "mailbox"],
  ] as const) {
    const closed = await gates.closed(gate);
    if (closed && closed.until > at) {
      const retryAfterMs = closed.until.getTime() - at.getTime();
      throw new DeferredError(closed.code, { on, retryAfterMs });
    }
  }
}
