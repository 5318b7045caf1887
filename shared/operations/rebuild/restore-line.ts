import { sameMessageKey } from "../../connectors/same-message.ts";
import { DeferredError, RejectedItemError } from "../../domain/errors.ts";
import type { CustodyLine } from "../../pipeline/custody-file.ts";
import { jobOf } from "../../pipeline/import-job.ts";
import type { ItemRow } from "../../pipeline/ports.ts";
import { readItem } from "../../pipeline/read-item.ts";
import { readableConnectors } from "../../pipeline/readable-connectors.ts";
import type { OperationsPorts } from "../ports.ts";

/**
 * Makes the rows of an item and its deliveries anew as a custody file tells of them.
 *
 * What is there already stays: it is newer than the file. A delivery that was set
 * aside may have been taken up and imported after the file was sealed, so its
 * mailbox is asked. Returns how many deliveries were found there.
 */
export async function restoreLine(
  line: CustodyLine,
  run: { connector: string; runId: string },
  ports: OperationsPorts,
): Promise<number> {
  const { itemKey, actions } = line;
  for (const action of actions) await ports.ledger.recordAction(itemKey, action);
  const item = await restoreItem(line, run, ports);
  if (!item) return 0;
  const rows = await ports.ledger.deliveries(itemKey);
  const known = new Set(rows.map(({ mailbox }) => mailbox));
  let found = 0;
  for (const delivery of line.deliveries) {
    if (known.has(delivery.mailbox)) continue;
    if (await restoreDelivery(delivery, item, ports)) found += 1;
  }
  await restoreFirstOf(line, item, ports);
  return found;
}

/** The item's row; nothing when this file only met the item. */
async function restoreItem(
  { itemKey, received, stored, again, converted, rejected }: CustodyLine,
  { connector, runId }: { connector: string; runId: string },
  { ledger }: OperationsPorts,
): Promise<ItemRow | undefined> {
  if (!received || !stored) return undefined;
  const before = await ledger.item(itemKey);
  if (before?.state) return before;
  const { at: collectedAt, size, sha256, raw, receipt } = stored;
  const { sourceItemId, at: receivedAt, mediaType, traceparent } = received;
  await ledger.recordReceived({
    itemKey,
    connector,
    sourceItemId,
    receivedAt,
    mediaType,
    size,
    sha256,
    raw,
    receipt,
    runId,
    traceparent,
    collectedAt,
  });
  const restarts = Math.max(0, ...again.map(({ n }) => n));
  if (rejected) {
    const { code, detail, at } = rejected;
    await ledger.listSetAside({ itemKey, connector, runId, code, at });
    await ledger.recordItem(itemKey, { state: "rejected", code, detail, restarts, changedAt: at });
  } else if (converted) {
    const { at: convertedAt, email, sha256: emailSha256, mappedBy, mailboxes } = converted;
    const { sameElsewhere, filesLeftOut } = converted;
    await ledger.recordItem(itemKey, {
      state: "converted",
      mailboxes,
      email,
      mappedBy: JSON.stringify(mappedBy),
      sameElsewhere,
      filesLeftOut,
      restarts,
      changedAt: convertedAt ?? collectedAt,
      ...(convertedAt && { convertedAt }),
      ...(emailSha256 !== undefined && { emailSha256 }),
    });
  }
  return ledger.item(itemKey);
}

/** Whether it was told as rejected and lies in its mailbox all the same. */
async function restoreDelivery(
  { mailbox, runId, outcome, at, ...told }: CustodyLine["deliveries"][number],
  item: ItemRow,
  ports: OperationsPorts,
): Promise<boolean> {
  const { itemKey, connector } = item;
  const { mailboxItemId, reduced, code = "tries-exhausted", detail = "" } = told;
  const { ledger } = ports;
  if (outcome === "pending") return false;
  if (outcome === "imported") {
    await ledger.restoreDelivery({
      itemKey,
      mailbox,
      runId,
      at,
      state: outcome,
      ...(mailboxItemId !== undefined && { mailboxItemId }),
      ...(reduced !== undefined && { reduced }),
    });
    return false;
  }
  const found = await lookFor(item, mailbox, ports);
  if (found !== undefined) {
    const imported = { state: "imported" as const, mailboxItemId: found };
    await ledger.restoreDelivery({ itemKey, mailbox, runId, at, ...imported });
    return true;
  }
  await ledger.listSetAside({ itemKey, mailbox, connector, runId, code, at });
  await ledger.restoreDelivery({ itemKey, mailbox, runId, at, state: outcome, code, detail });
  return false;
}

/** The id of the item in the mailbox; nothing where it is not, or the mailbox takes no questions. */
async function lookFor(
  item: ItemRow,
  mailbox: string,
  { prepare, mailboxes, files }: OperationsPorts,
): Promise<string | undefined> {
  const job = jobOf(item, mailbox);
  if (!(await files.open(job.email))) return undefined;
  try {
    return await mailboxes.find(job, await prepare(job));
  } catch (error) {
    // Graph is away for everyone: the order waits. A mailbox of its own account stays set aside.
    if (error instanceof DeferredError && error.on === "app") throw error;
    if (error instanceof DeferredError || error instanceof RejectedItemError) return undefined;
    throw error;
  }
}

/** Which of several custodians' items is the one a mailbox has: else another would be imported beside it. */
async function restoreFirstOf(
  { converted }: CustodyLine,
  item: ItemRow,
  { configuration, emails, ledger }: OperationsPorts,
): Promise<void> {
  if (!converted) return;
  const connector = (await readableConnectors(configuration)).get(item.connector);
  if (connector?.dedupe !== "acrossCustodians") return;
  const { message } = await readItem(item, connector, emails);
  const key = sameMessageKey(message);
  if (key === undefined) return;
  for (const mailbox of converted.mailboxes) {
    await ledger.isFirstOf(`${item.connector}-${key}`, { itemKey: item.itemKey, mailbox });
  }
}
