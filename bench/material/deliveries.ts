import { madeUpGuid } from "../../local/traffic/random.ts";
import { rawName, receiptName } from "../../shared/domain/blob-names.ts";
import { itemKey, sha256 } from "../../shared/domain/item-key.ts";
import type { ImportJob } from "../../shared/pipeline/import-job.ts";
import type { ReceivedItem } from "../../shared/pipeline/ports.ts";
import { archivedMail, RECEIVED_AT } from "./mail.ts";

/** When the ledger of the benches began: before all that is in it. */
export const LEDGER_SINCE = new Date("2026-01-01T00:00:00Z");

/** A job as `convert` leaves it, with the item's row and the email that it points to. */
export interface MadeDelivery {
  readonly job: ImportJob;
  readonly item: ReceivedItem;
  readonly email: Buffer;
}

export function mailboxIds(count: number): string[] {
  return Array.from({ length: count }, (_, n) => madeUpGuid("mailbox", n));
}

/** Deliveries that nobody has seen before; `label` tells one batch from another. */
export function deliveries(
  label: string,
  count: number,
  options: { bytes: number; mailboxes: readonly string[] },
): MadeDelivery[] {
  const { bytes, mailboxes } = options;
  return Array.from({ length: count }, (_, n) => {
    const sourceItemId = `${label}-${n}`;
    const email = archivedMail(sourceItemId, bytes);
    const item = receivedMail(sourceItemId, email);
    const job: ImportJob = {
      v: 1,
      connector: item.connector,
      itemKey: item.itemKey,
      mailbox: mailboxes[n % mailboxes.length] ?? "",
      email: item.raw,
      runId: item.runId,
      traceparent: item.traceparent,
      deferrals: 0,
    };
    return { job, item, email };
  });
}

function receivedMail(sourceItemId: string, email: Buffer): ReceivedItem {
  const connector = "wechat";
  const mediaType = "message/rfc822";
  const key = itemKey(connector, sourceItemId);
  return {
    itemKey: key,
    connector,
    sourceItemId,
    receivedAt: RECEIVED_AT,
    mediaType,
    size: email.byteLength,
    sha256: sha256(email),
    raw: { container: "raw", blob: rawName(connector, RECEIVED_AT, key, mediaType) },
    receipt: receiptName(connector, RECEIVED_AT, key),
    runId: "daily-20260105T090000000Z",
    traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
    collectedAt: new Date("2026-01-05T09:00:00Z"),
    ledgerSince: LEDGER_SINCE,
  };
}
