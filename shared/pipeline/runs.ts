import { EMPTY_TALLY, type Tally } from "../domain/tally.ts";
import type { Run, RunItem, Runs, SealedFile } from "./ports.ts";
import type { Cells, StoredRow, Table } from "./table.ts";

const TALLY_NAMES = Object.keys(EMPTY_TALLY) as (keyof Tally)[];

/**
 * Runs, over the tables `Runs` (a partition a connector) and `RunItems` (a
 * partition a run): without the second, finding what is still pending would mean
 * reading every item ever archived.
 */
export function tableRuns(tables: { runs: Table; runItems: Table }): Runs {
  const { runs, runItems } = tables;

  return {
    async open({ connector, runId, kind, window, openedAt }) {
      await runs.insert(connector, runId, {
        kind,
        from: window.from,
        until: window.until,
        state: "collecting",
        openedAt,
        fromSource: 0,
        ...EMPTY_TALLY,
      });
    },

    async get(connector, runId) {
      const stored = await runs.get(connector, runId);
      return stored && runOf(stored);
    },

    async change({ connector, runId }, { tally, sealed, ...rest }) {
      await runs.merge(connector, runId, { ...rest, ...tally, ...sealedCells(sealed) });
    },

    async *list(connector, { state, chore } = {}) {
      const where = { ...(state && { state }), ...(chore && { chore }) };
      for await (const stored of runs.list(connector, { where })) yield runOf(stored);
    },

    async restore({ connector, runId, window, tally, sealed, ...rest }) {
      await runs.insert(connector, runId, {
        ...rest,
        ...window,
        ...tally,
        ...sealedCells(sealed),
        chore: sealed && "remove-emails",
      });
    },

    async putItems(runId, items) {
      const rows = items.map(({ itemKey, done, tally }) => ({
        row: itemKey,
        cells: { done, ...tally },
      }));
      await runItems.mergeMany(runId, rows);
    },

    async *items(runId, { done } = {}) {
      const options = done === undefined ? {} : { where: { done } };
      for await (const stored of runItems.list(runId, options)) {
        yield runItemOf(stored);
      }
    },

    async item(runId, itemKey) {
      const stored = await runItems.get(runId, itemKey);
      return stored && runItemOf(stored);
    },
  };
}

function runOf({ partition, row, cells }: StoredRow): Run {
  const closedAt = cells["closedAt"] as Date | null | undefined;
  const sealed = sealedOf(cells);
  return {
    connector: partition,
    runId: row,
    kind: cells["kind"] as Run["kind"],
    window: { from: cells["from"] as Date, until: cells["until"] as Date },
    state: cells["state"] as Run["state"],
    tally: tallyOfCells(cells),
    fromSource: Number(cells["fromSource"] ?? 0),
    openedAt: cells["openedAt"] as Date,
    ...(closedAt && { closedAt }),
    ...(sealed && { sealed }),
  };
}

function sealedCells(sealed: SealedFile | undefined): Cells {
  if (!sealed) return {};
  const { sequence, blob, sha256 } = sealed;
  return { custodySequence: sequence, custodyBlob: blob, custodySha256: sha256 };
}

function sealedOf(cells: StoredRow["cells"]): SealedFile | undefined {
  const { custodySequence, custodyBlob, custodySha256 } = cells;
  if (!custodyBlob) return undefined;
  const sequence = Number(custodySequence);
  return { sequence, blob: String(custodyBlob), sha256: String(custodySha256) };
}

function runItemOf({ row, cells }: StoredRow): RunItem {
  return { itemKey: row, done: cells["done"] === true, tally: tallyOfCells(cells) };
}

function tallyOfCells(cells: StoredRow["cells"]): Tally {
  const counts = TALLY_NAMES.map((name) => [name, Number(cells[name] ?? 0)]);
  return Object.fromEntries(counts) as Tally;
}
