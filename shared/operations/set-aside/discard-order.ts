import { z } from "zod";
import { eachLimited } from "../../pipeline/each-limited.ts";
import { removeEmails } from "../../pipeline/remove-emails.ts";
import type { OrderStep, OrderWork } from "../orders/carry-orders.ts";
import type { Order } from "../orders/order.ts";
import type { OperationsPorts } from "../ports.ts";
import { giveUpMissing } from "./give-up-missing.ts";
import { listSetAside, type SetAsideEntry } from "./list-set-aside.ts";
import { Selection } from "./selection.ts";
import { inSlices } from "./slices.ts";

const AT_ONCE = 8;

const DiscardParameters = z.object({ selection: Selection });

/**
 * Discards everything set aside before the order that it selects: it is listed no
 * more and its poison entry goes. It stays counted as rejected, and the raw item
 * stays as it is.
 */
export function discardWork(ports: OperationsPorts): OrderWork {
  return { carryOn };

  async function carryOn(order: Order, step: OrderStep): ReturnType<OrderWork["carryOn"]> {
    const { selection } = DiscardParameters.parse(order.parameters);
    let { discarded } = (order.cursor ?? { discarded: 0 }) as { discarded: number };
    const selected = listSetAside(selection, ports.ledger, { before: order.startedAt });
    for await (const slice of inSlices(selected)) {
      if (!step.mayGoOn()) return { done: false };
      await trace(slice, order, ports);
      await eachLimited(slice, AT_ONCE, async (entry) => {
        await step.keep();
        await discard(entry, order, ports);
      });
      discarded += slice.length;
      await step.save({ progress: { done: discarded }, cursor: { discarded } });
    }
    const missing = await giveUpMissing(selection.items ?? [], order, ports);
    return { done: true, result: { discarded, missingGivenUp: missing } };
  }
}

async function trace(
  slice: readonly SetAsideEntry[],
  { id, by, why }: Order,
  { operationLog }: OperationsPorts,
): Promise<void> {
  const items = slice.map(({ item, delivery, code }) => ({
    itemKey: item.itemKey,
    code,
    ...(delivery && { mailbox: delivery.mailbox }),
  }));
  await operationLog.record({ by, action: "discard", why, detail: { order: id, items } });
}

/** What says that it is discarded is written last but the list: whoever dies before is followed by one that finds it. */
async function discard(
  { item, delivery, code, detail, poisonEntry, listed }: SetAsideEntry,
  { by, why, startedAt }: Order,
  ports: OperationsPorts,
): Promise<void> {
  const { ledger, poison, now } = ports;
  const { itemKey } = item;
  const mailbox = delivery?.mailbox;
  const action = { action: "discard" as const, by, why, at: startedAt, code, detail, mailbox };
  await ledger.recordAction(itemKey, action);
  if (poisonEntry) await poison.remove("jobs", poisonEntry);
  const others = (await ledger.deliveries(itemKey)).filter((it) => it.mailbox !== mailbox);
  const isOver = others.every((it) => it.state === "imported" || it.discardedAt);
  if (isOver) await removeEmails(item, ports);
  const of = { itemKey, ...(mailbox !== undefined && { mailbox }) };
  await ledger.recordDiscard(of, now());
  await ledger.unlistSetAside(listed);
}
