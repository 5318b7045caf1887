import type { CustodyLine } from "../../pipeline/custody-file.ts";
import { CustodyHeaderError, readCustodyFile } from "../../pipeline/read-custody-file.ts";
import type { OrderStep } from "../orders/carry-orders.ts";
import type { OperationsPorts } from "../ports.ts";
import { restoreLine } from "./restore-line.ts";

/** Items restored at once. */
const AT_ONCE = 16;

/** How far a rebuild is. */
export interface Cursor {
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

export type Restored = { readonly done: boolean; readonly cursor: Cursor };
export type Save = (cursor: Cursor) => Promise<void>;

/** Makes everything anew that one custody file tells of, from the cursor's line on. */
export async function restoreFile(
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
