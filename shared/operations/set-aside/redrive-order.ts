import { z } from "zod";
import { redriveRunId } from "../../domain/run-id.ts";
import { eachLimited } from "../../pipeline/each-limited.ts";
import { everyConnector } from "../../pipeline/every-connector.ts";
import type { OrderStep, OrderWork } from "../orders/carry-orders.ts";
import type { Order } from "../orders/order.ts";
import type { OperationsPorts } from "../ports.ts";
import { convertItemsAgain } from "./convert-again.ts";
import { listSetAside, type SetAsideEntry } from "./list-set-aside.ts";
import { isReady, redrive } from "./redrive.ts";
import { Selection } from "./selection.ts";
import { inSlices } from "./slices.ts";

/** Items taken up at once. */
const AT_ONCE = 8;

/** How long an order waits for what no run has counted for good yet: a delivery of the item is under way. */
const PATIENCE_MS = 2 * 3_600_000;

const RedriveParameters = z.object({
  selection: Selection,
  /** Named items that were converted already are converted and mapped again. */
  again: z.boolean().default(false),
});

/**
 * Takes up again everything set aside before the order that it selects. What is
 * taken up leaves the list, so a further step goes on with what is left.
 */
export function redriveWork(ports: OperationsPorts): OrderWork {
  return { carryOn, giveUp: (order) => closeRuns(order, ports) };

  async function carryOn(order: Order, step: OrderStep): ReturnType<OrderWork["carryOn"]> {
    const { selection, again } = RedriveParameters.parse(order.parameters);
    let { redriven } = (order.cursor ?? { redriven: 0 }) as { redriven: number };
    let notYet = 0;
    const selected = listSetAside(selection, ports.ledger, { before: order.startedAt });
    for await (const slice of inSlices(selected)) {
      if (!step.mayGoOn()) return { done: false };
      const ready = await readyOf(slice, order, ports);
      if (ready.length > 0) await takeUp(ready, order, step, ports);
      notYet += slice.length - ready.length;
      redriven += ready.length;
      await step.save({ progress: { done: redriven }, cursor: { redriven } });
    }
    const named = again ? (selection.items ?? []) : [];
    const converted = await convertItemsAgain(named, order, step, ports);
    if (converted.stopped) return { done: false };
    notYet += converted.notYet;
    const isPatient = ports.now().getTime() - order.startedAt.getTime() < PATIENCE_MS;
    if (notYet > 0 && isPatient) return { done: false };
    await closeRuns(order, ports);
    return { done: true, result: { redriven, convertedAgain: converted.again, left: notYet } };
  }
}

async function readyOf(
  slice: readonly SetAsideEntry[],
  { id }: Order,
  { runs }: OperationsPorts,
): Promise<SetAsideEntry[]> {
  const ready = await Promise.all(slice.map(({ item }) => isReady(item, id, runs)));
  return slice.filter((_, n) => ready[n]);
}

async function takeUp(
  slice: readonly SetAsideEntry[],
  { id, by, why, startedAt }: Order,
  step: OrderStep,
  ports: OperationsPorts,
): Promise<void> {
  const items = slice.map(({ item, delivery }) => ({
    itemKey: item.itemKey,
    ...(delivery && { mailbox: delivery.mailbox }),
  }));
  await ports.operationLog.record({ by, action: "redrive", why, detail: { order: id, items } });
  const takenUp = { order: id, by, why, at: startedAt };
  await eachLimited(oneByOneOfAnItem(slice), AT_ONCE, async (entries) => {
    await step.keep();
    for (const entry of entries) await redrive(entry, takenUp, ports);
  });
}

/** Two deliveries of one item change the same rows: one after the other. */
function oneByOneOfAnItem(slice: readonly SetAsideEntry[]): Iterable<SetAsideEntry[]> {
  const byItem = new Map<string, SetAsideEntry[]>();
  for (const entry of slice) {
    const same = byItem.get(entry.item.itemKey);
    if (same) same.push(entry);
    else byItem.set(entry.item.itemKey, [entry]);
  }
  return byItem.values();
}

/** Nothing is added to them any more: `reconcile` closes them once nothing is pending. */
async function closeRuns(order: Order, ports: OperationsPorts): Promise<void> {
  for (const connector of await everyConnector(ports)) {
    const runId = redriveRunId(connector, order.id);
    const run = await ports.runs.get(connector, runId);
    if (run?.state === "collecting") await ports.runs.change(run, { state: "collected" });
  }
}
