import type { Cell, Cells, StoredRow, Table } from "../../shared/pipeline/table.ts";

/** A table in memory; held to the same contract as Azure's. */
export function memoryTable(): Table & { rows(): StoredRow[] } {
  const partitions = new Map<string, Map<string, StoredRow>>();
  let version = 0;
  const find = (partition: string, row: string) => partitions.get(partition)?.get(row);

  const put = (partition: string, row: string, before: StoredRow | undefined, cells: Cells) => {
    version += 1;
    const merged: Record<string, Cell> = { ...before?.cells };
    for (const [name, cell] of Object.entries(cells)) {
      if (cell === null) delete merged[name];
      else if (cell !== undefined) merged[name] = cell;
    }
    const rows = partitions.get(partition) ?? new Map<string, StoredRow>();
    partitions.set(partition, rows);
    rows.set(row, { partition, row, etag: `v${version}`, cells: merged });
    return `v${version}`;
  };
  const sorted = (partition: string) =>
    [...(partitions.get(partition)?.values() ?? [])].sort((a, b) => (a.row < b.row ? -1 : 1));
  const all = () => [...partitions.keys()].sort().flatMap(sorted);

  return {
    rows: all,
    async get(partition, row) {
      return find(partition, row);
    },
    async insert(partition, row, cells) {
      return find(partition, row) ? undefined : put(partition, row, undefined, cells);
    },
    async update(partition, row, cells, etag) {
      const before = find(partition, row);
      return before?.etag === etag ? put(partition, row, before, cells) : undefined;
    },
    async merge(partition, row, cells) {
      put(partition, row, find(partition, row), cells);
    },
    async mergeMany(partition, many) {
      for (const { row, cells } of many) put(partition, row, find(partition, row), cells);
    },
    async *list(partition, { where = {}, from, until } = {}) {
      for (const stored of sorted(partition)) {
        if (from !== undefined && stored.row < from) continue;
        if (until !== undefined && stored.row >= until) continue;
        if (Object.entries(where).every(([name, value]) => stored.cells[name] === value)) {
          yield stored;
        }
      }
    },
    async *scan() {
      yield* all();
    },
    async remove(partition, row, etag) {
      if (etag === undefined || find(partition, row)?.etag === etag) {
        partitions.get(partition)?.delete(row);
      }
    },
  };
}
