import { redriveRunId } from "../../domain/run-id.ts";
import type { OrderStep } from "../orders/carry-orders.ts";
import type { Order } from "../orders/order.ts";
import type { OperationsPorts } from "../ports.ts";
import { convertAgain, isReady, openRedriveRun } from "./redrive.ts";

/**
 * Has items converted and mapped again that were converted before (their numbers
 * were mapped to the wrong person) or discarded by mistake. Mailboxes that have the
 * item keep it, once; the right one gets it. Returns how many, and how many must
 * wait.
 */
export async function convertItemsAgain(
  itemKeys: readonly string[],
  order: Order,
  step: OrderStep,
  ports: OperationsPorts,
): Promise<{ again: number; notYet: number; stopped: boolean }> {
  const { ledger, runs, operationLog } = ports;
  const { id, by, why, startedAt } = order;
  let again = 0;
  let notYet = 0;
  for (const itemKey of itemKeys) {
    if (!step.mayGoOn()) return { again, notYet, stopped: true };
    await step.keep();
    const item = await ledger.item(itemKey);
    if (!item) continue;
    const runId = redriveRunId(item.connector, id);
    if (item.runId === runId) {
      again += 1;
      continue;
    }
    // What is set aside is taken up as such.
    if (item.state !== "converted" && !item.discardedAt) continue;
    if (!(await isReady(item, id, runs))) {
      notYet += 1;
      continue;
    }
    const detail = { order: id, items: [{ itemKey }] };
    await operationLog.record({ by, action: "convert again", why, detail });
    await openRedriveRun({ connector: item.connector, runId, at: startedAt }, runs);
    await ledger.recordAction(itemKey, { action: "redrive", by, why, at: startedAt, runId });
    await convertAgain({ ...item, runId }, { by, why }, ports);
    again += 1;
  }
  return { again, notYet, stopped: false };
}
