import { z } from "zod";
import type { CustodyLine } from "../../pipeline/custody-file.ts";
import { everyConnector } from "../../pipeline/every-connector.ts";
import { CustodyHeaderError, readCustodyFile } from "../../pipeline/read-custody-file.ts";
import type { OrderStep, OrderWork } from "../orders/carry-orders.ts";
import type { Order } from "../orders/order.ts";
import type { OperationsPorts } from "../ports.ts";
import { unitsOf } from "../scan/units.ts";
import { firstDay, restoreCheckpoint } from "./restore-checkpoint.ts";
import { restoreDiscards } from "./restore-discards.ts";
import { restoreLine } from "./restore-line.ts";
import { restoreReceipts } from "./restore-receipts.ts";

const RebuildParameters = z.object({ connector: z.string().optional() });

interface Cursor {
  readonly connector: number;
  /** The last custody file restored, newest first; `""` before the first. */
  readonly file: string;
  /** Lines of the file after it that are restored already. */
  readonly line: number;
  /** Units of receipts done. */
  readonly unit: number;
  readonly counts: Counts;
}

interface Counts {
  readonly runs: number;
  readonly items: number;
  /** Deliveries told as rejected that lie in their mailboxes. */
  readonly found: number;
  /** Items of runs that were never sealed. */
  readonly open: number;
  /** Custody files whose first line cannot be read. */
  readonly unreadable: number;
}

const NONE: Counts = { runs: 0, items: 0, found: 0, open: 0, unreadable: 0 };
/** Items restored at once. */
const AT_ONCE = 16;

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

type Restored = { readonly done: boolean; readonly cursor: Cursor };
type Save = (cursor: Cursor) => Promise<void>;

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

async function restoreFile(
  blob: string,
  start: Cursor,
  step: OrderStep,
  save: Save,
  ports: OperationsPorts,
): Promise<Restored> {
  let cursor = start;
  const { counts } = start;
  const file = await readCustodyFile(blob, ports.files).catch((error: unknown) => {
    if (error instanceof CustodyHeaderError) return undefined;
    throw error;
  });
  if (!file) {
    cursor = {
      ...cursor,
      file: blob,
      line: 0,
      counts: { ...counts, unreadable: counts.unreadable + 1 },
    };
    await save(cursor);
    return { done: true, cursor };
  }
  const { header } = file;
  let lines = 0;
  let batch: CustodyLine[] = [];
  const restoreBatch = async (): Promise<void> => {
    await step.keep();
    const items = batch.map(({ itemKey, tally }) => ({ itemKey, done: true, tally }));
    await ports.runs.putItems(header.runId, items);
    const found = await Promise.all(batch.map((line) => restoreLine(line, header, ports)));
    const { counts } = cursor;
    cursor = {
      ...cursor,
      line: lines,
      counts: {
        ...counts,
        items: counts.items + batch.length,
        found: found.reduce((sum, n) => sum + n, counts.found),
      },
    };
    batch = [];
    await save(cursor);
  };
  for await (const line of file.lines) {
    lines += 1;
    if (lines <= start.line || "unreadable" in line) continue;
    batch.push(line);
    if (batch.length < AT_ONCE) continue;
    if (!step.mayGoOn()) return { done: false, cursor };
    await restoreBatch();
  }
  await restoreBatch();
  const { sequence, connector, runId, kind, window, openedAt, closedAt, fromSource, tally } =
    header;
  const sealed = { sequence, blob, sha256: file.sha256() };
  const run = { connector, runId, kind, window, openedAt, closedAt, fromSource, tally, sealed };
  await ports.runs.restore({ ...run, state: "closed" });
  cursor = {
    ...cursor,
    file: blob,
    line: 0,
    counts: { ...cursor.counts, runs: cursor.counts.runs + 1 },
  };
  await save(cursor);
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
