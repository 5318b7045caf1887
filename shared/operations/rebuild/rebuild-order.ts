import { z } from "zod";
import { everyConnector } from "../../pipeline/every-connector.ts";
import type { OrderStep, OrderWork } from "../orders/carry-orders.ts";
import type { Order } from "../orders/order.ts";
import type { OperationsPorts } from "../ports.ts";
import { unitsOf } from "../scan/units.ts";
import { firstDay, restoreCheckpoint } from "./restore-checkpoint.ts";
import { restoreDiscards } from "./restore-discards.ts";
import { type Cursor, type Restored, restoreFile, type Save } from "./restore-file.ts";
import { restoreReceipts } from "./restore-receipts.ts";

const RebuildParameters = z.object({ connector: z.string().optional() });

const NONE: Cursor["counts"] = { runs: 0, items: 0, found: 0, open: 0, unreadable: 0 };

/**
 * Makes the tables anew from what is kept: custody files, receipts, the chain of
 * operator actions, and a look by key in the mailboxes. Rows that are there stay.
 *
 * Custody is read newest first: of an item that was taken up again, the last file
 * tells everything.
 */
export function rebuildWork(ports: OperationsPorts): OrderWork {
  return { carryOn };

  async function carryOn(order: Order, step: OrderStep): ReturnType<OrderWork["carryOn"]> {
    const { connector: only } = RebuildParameters.parse(order.parameters);
    const connectors = only === undefined ? await connectorsOf(ports) : [only];
    const begun: Cursor = { connector: 0, file: "", line: 0, unit: 0, counts: NONE };
    let cursor = (order.cursor ?? begun) as Cursor;

    for (; cursor.connector < connectors.length; cursor = nextConnector(cursor)) {
      const connector = connectors[cursor.connector] ?? "";
      const custody = await restoreCustody(connector, cursor, step, save, ports);
      cursor = custody.cursor;
      if (!custody.done) return { done: false };
      const receipts = await restoreOpen(connector, cursor, step, save, ports);
      cursor = receipts.cursor;
      if (!receipts.done) return { done: false };
      await restoreCheckpoint(connector, ports);
    }
    const discards = await restoreDiscards(ports);
    return { done: true, result: { ...cursor.counts, discards, connectors: connectors.length } };

    async function save(next: Cursor): Promise<void> {
      const { runs, items, open } = next.counts;
      await step.save({ progress: { done: runs + items + open }, cursor: next });
    }
  }
}

/** Connectors of which anything is kept, their files and tables there or not. */
async function connectorsOf(ports: OperationsPorts): Promise<string[]> {
  const found = new Set(await everyConnector(ports));
  for (const container of ["custody", "receipts"]) {
    for await (const { blob } of ports.files.list(container, "")) {
      const id = blob.slice(0, blob.indexOf("/"));
      if (!id.startsWith("_")) found.add(id);
    }
  }
  return [...found].sort();
}

function nextConnector({ connector, counts }: Cursor): Cursor {
  return { connector: connector + 1, file: "", line: 0, unit: 0, counts };
}

async function restoreCustody(
  connector: string,
  start: Cursor,
  step: OrderStep,
  save: Save,
  ports: OperationsPorts,
): Promise<Restored> {
  const names: string[] = [];
  for await (const { blob } of ports.files.list("custody", `${connector}/`)) names.push(blob);
  let cursor = start;
  for (const blob of names.sort().reverse()) {
    if (cursor.file !== "" && blob >= cursor.file) continue;
    const file = await restoreFile(blob, cursor, step, save, ports);
    cursor = file.cursor;
    if (!file.done) return file;
  }
  return { done: true, cursor };
}

async function restoreOpen(
  connector: string,
  start: Cursor,
  step: OrderStep,
  save: Save,
  ports: OperationsPorts,
): Promise<Restored> {
  const from = await firstDay(connector, ports.files);
  if (!from) return { done: true, cursor: start };
  const day = (at: Date) => at.toISOString().slice(0, 10);
  const units = unitsOf([connector], { from: day(from), until: day(ports.now()) });
  let cursor = start;
  for (const unit of units.slice(cursor.unit)) {
    if (!step.mayGoOn()) return { done: false, cursor };
    await step.keep();
    const open = cursor.counts.open + (await restoreReceipts(unit, ports));
    cursor = { ...cursor, unit: cursor.unit + 1, counts: { ...cursor.counts, open } };
    await save(cursor);
  }
  return { done: true, cursor };
}
