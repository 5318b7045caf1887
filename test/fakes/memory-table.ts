import type { Cell, Cells, StoredRow, Table } from "../../shared/pipeline/table.ts";

/** A table in memory; held to the same contract as Azure's. */
export function memoryTable(): Table & { rows(): StoredRow[] } {
  const rows = new Map<string, StoredRow>();
  let version = 0;
  const idOf = (partition: string, row: string) => `${partition}\0${row}`;

  const put = (partition: string, row: string, before: StoredRow | undefined, cells: Cells) => {
    version += 1;
    const merged: Record<string, Cell> = { ...before?.cells };
    for (const [name, cell] of Object.entries(cells)) {
      if (cell === null) delete merged[name];
      else if (cell !== undefined) merged[name] = cell;
    }
    rows.set(idOf(partition, row), { partition, row, etag: `v${version}`, cells: merged });
    return `v${version}`;
  };
  const sorted = () =>
    [...rows.values()].sort((a, b) =>
      idOf(a.partition, a.row) < idOf(b.partition, b.row) ? -1 : 1,
    );

  return {
    rows: sorted,
    async get(partition, row) {
      return rows.get(idOf(partition, row));
    },
    async insert(partition, row, cells) {
      if (rows.has(idOf(partition, row))) return undefined;
      return put(partition, row, undefined, cells);
    },
    async update(partition, row, cells, etag) {
      const before = rows.get(idOf(partition, row));
      return before?.etag === etag ? put(partition, row, before, cells) : undefined;
    },
    async merge(partition, row, cells) {
      put(partition, row, rows.get(idOf(partition, row)), cells);
    },
    async mergeMany(partition, many) {
      for (const { row, cells } of many) {
        put(partition, row, rows.get(idOf(partition, row)), cells);
      }
    },
    async *list(partition, { where = {}, from, until } = {}) {
      for (const stored of sorted()) {
        if (stored.partition !== partition) continue;
        if (from !== undefined && stored.row < from) continue;
        if (until !== undefined && stored.row >= until) continue;
        if (Object.entries(where).every(([name, value]) => stored.cells[name] === value)) {
          yield stored;
        }
      }
    },
    async *scan() {
      yield* sorted();
    },
    async remove(partition, row, etag) {
      const id = idOf(partition, row);
      if (etag === undefined || rows.get(id)?.etag === etag) rows.delete(id);
    },
  };
}
