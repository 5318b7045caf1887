import { DeferredError } from "../../domain/errors.ts";
import type { Checkpoint, StoredFiles } from "../../pipeline/ports.ts";
import type { OperationsPorts } from "../ports.ts";

/**
 * Sets a connector's checkpoint back to the end of its last sealed daily run: what
 * was received after it may be in no receipt. Collecting again costs a listing;
 * what is known is skipped. Throws `DeferredError` while the connector is collected.
 */
export async function restoreCheckpoint(
  connector: string,
  ports: OperationsPorts,
): Promise<boolean> {
  const until = await sealedUntil(connector, ports);
  if (!until) return false;
  const lease = await ports.checkpoints.lease(connector);
  if (!lease) throw new DeferredError("connector-unavailable", { on: "app" });
  try {
    const { unfinished, ...rest } = lease.checkpoint;
    const isBehind = rest.until !== undefined && rest.until <= until && !unfinished;
    if (isBehind) return false;
    if (unfinished) {
      // Its items stay counted there; the window itself is collected again.
      await ports.runs.change({ connector, runId: unfinished.runId }, { state: "collected" });
    }
    await lease.save({ ...rest, until } satisfies Checkpoint);
    return true;
  } finally {
    await lease.release();
  }
}

/** The end of the last daily run whose custody file is there; before any, the first day of a receipt. */
async function sealedUntil(
  connector: string,
  { runs, files }: OperationsPorts,
): Promise<Date | undefined> {
  let until: Date | undefined;
  for await (const { kind, sealed, window } of runs.list(connector)) {
    if (kind === "daily" && sealed && window.until > (until ?? 0)) until = window.until;
  }
  return until ?? firstDay(connector, files);
}

/** The first UTC day of which the connector has a receipt. */
export async function firstDay(connector: string, files: StoredFiles): Promise<Date | undefined> {
  for await (const { blob } of files.list("receipts", `${connector}/`)) {
    const [, day] = /^[^/]+\/(\d{4}\/\d{2}\/\d{2})\//.exec(blob) ?? [];
    if (day) return new Date(`${day.replaceAll("/", "-")}T00:00:00Z`);
  }
  return undefined;
}
