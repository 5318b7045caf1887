import { parseReceiptName } from "../domain/blob-names.ts";
import { DeferredError, RejectedItemError } from "../domain/errors.ts";
import { type ConvertPorts, convertItem } from "./convert-item.ts";
import type { ItemRow, Ledger } from "./ports.ts";
import { Receipt, receivedItem } from "./receipt.ts";
import { rejectItem } from "./reject.ts";
import { LAST_TRY } from "./settle.ts";

export type ConvertResult = "converted" | "rejected" | "waiting" | "unchanged" | "not-ours";

const MINUTE = 60_000;

/**
 * Converts the item of a receipt, once, and sees to whatever goes wrong.
 *
 * `trigger` is container and blob as the host names them: the webhook checks no
 * path, so this does. It throws only when the ledger itself fails: the host's
 * five tries at a blob lie within a second, too close to outlast anything, so a
 * conversion that must wait is noted in the ledger, and `reconcile` starts it
 * again when its time has come.
 */
export async function convertReceipt(
  trigger: string,
  bytes: Uint8Array,
  ports: ConvertPorts,
): Promise<ConvertResult> {
  const { ledger, log, telemetry } = ports;
  const slash = trigger.indexOf("/");
  const named = parseReceiptName(trigger.slice(slash + 1));
  if (trigger.slice(0, slash) !== "receipts" || !named) {
    log.warn("blob ignored", { reason: "not-a-receipt" });
    return "not-ours";
  }

  const receipt = Receipt.parse(JSON.parse(Buffer.from(bytes).toString()));
  const item = await known(receipt, ledger);
  if (item.state === "converted" || item.state === "rejected") return "unchanged";

  const { connector, itemKey } = item;
  const fields = { connector, itemKey, runId: item.runId };
  const { traceparent } = item;
  return telemetry.stage({ stage: "convert", ...fields, traceparent }, async () => {
    try {
      const { jobs } = await convertItem(item, receipt.again?.n ?? 0, ports);
      log.info("item converted", { ...fields, jobs });
      telemetry.event("ItemConverted", { ...fields, deliveries: jobs });
      return "converted";
    } catch (error) {
      return settleConversion(error, item, ports);
    }
  });
}

/** The item's row, made from the receipt where the collector died before it wrote it. */
async function known(receipt: Receipt, ledger: Ledger): Promise<ItemRow> {
  const before = await ledger.item(receipt.itemKey);
  if (before?.receipt) return before;
  await ledger.recordReceived(receivedItem(receipt));
  const item = await ledger.item(receipt.itemKey);
  if (!item) throw new Error(`The ledger has lost ${receipt.itemKey}.`);
  return item;
}

/** The doors of a conversion: it waits, it is set aside, or it is tried again a little later. */
async function settleConversion(
  error: unknown,
  item: ItemRow,
  ports: ConvertPorts,
): Promise<ConvertResult> {
  const { ledger, log, now } = ports;
  const { connector, itemKey, runId, receipt } = item;
  const at = now();
  const wait = async (ms: number, tries: number, detail: string): Promise<ConvertResult> => {
    const waitUntil = new Date(at.getTime() + ms);
    await ledger.recordItem(itemKey, { state: "waiting", waitUntil, tries, detail, changedAt: at });
    log.info("conversion waits", { connector, itemKey, runId, detail });
    return "waiting";
  };

  if (error instanceof DeferredError) {
    return wait(error.retryAfterMs ?? MINUTE, item.tries, error.code);
  }
  const tries = item.tries + 1;
  const rejected =
    error instanceof RejectedItemError
      ? { code: error.code, detail: error.detail }
      : { code: "tries-exhausted" as const, detail: nameOf(error) };
  if (rejected.code === "tries-exhausted" && tries < LAST_TRY) {
    log.error("conversion failed", { connector, itemKey, runId, error: rejected.detail, tries });
    return wait(MINUTE * 2 ** tries, tries, rejected.detail);
  }
  await rejectItem({ connector, itemKey, runId, receipt }, { ...rejected, at, tries }, ports);
  return "rejected";
}

/** Only the class of an unexpected error: its message may quote what it could not read. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
