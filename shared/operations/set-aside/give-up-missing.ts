import { DeferredError } from "../../domain/errors.ts";
import { itemKey } from "../../domain/item-key.ts";
import { tallyOf } from "../../domain/tally.ts";
import { everyConnector } from "../../pipeline/every-connector.ts";
import type { MissingItem } from "../../pipeline/ports.ts";
import type { Order } from "../orders/order.ts";
import type { OperationsPorts } from "../ports.ts";

const REJECTED = tallyOf(["rejected"]);

/**
 * Gives up items that a source listed and cannot give: their runs count them as
 * rejected, and close. Returns how many there were.
 *
 * Throws `DeferredError` while the connector is being collected.
 */
export async function giveUpMissing(
  keys: readonly string[],
  order: Order,
  ports: OperationsPorts,
): Promise<number> {
  const wanted = new Set(keys);
  let given = 0;
  if (wanted.size === 0) return given;
  for (const connector of await everyConnector(ports)) {
    for (const of of await checkpointsOf(connector, ports)) {
      const isWanted = ({ item }: MissingItem) => wanted.has(itemKey(connector, item.id));
      const checkpoint = await ports.checkpoints.get(connector, of);
      if (!checkpoint?.missing?.some(isWanted)) continue;
      const lease = await ports.checkpoints.lease(connector, of);
      if (!lease) throw new DeferredError("connector-unavailable", { on: "app" });
      try {
        const missing = lease.checkpoint.missing ?? [];
        for (const one of missing.filter(isWanted)) {
          await giveUp(itemKey(connector, one.item.id), one, order, ports);
          given += 1;
        }
        const left = missing.filter((one) => !isWanted(one));
        await lease.save({ ...lease.checkpoint, missing: left });
      } finally {
        await lease.release();
      }
    }
  }
  return given;
}

async function giveUp(
  key: string,
  { runId, detail }: MissingItem,
  { id, by, why, startedAt }: Order,
  { operationLog, ledger, runs }: OperationsPorts,
): Promise<void> {
  const items = [{ itemKey: key, missing: detail }];
  await operationLog.record({ by, action: "discard", why, detail: { order: id, items } });
  await ledger.recordAction(key, { action: "discard", by, why, at: startedAt, detail });
  await runs.putItems(runId, [{ itemKey: key, done: true, tally: REJECTED }]);
}

/** The daily checkpoint's, and each back-fill's. */
async function checkpointsOf(
  connector: string,
  { checkpoints }: OperationsPorts,
): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [undefined];
  for await (const { backfill } of checkpoints.backfills(connector)) found.push(backfill.id);
  return found;
}
