import type { Cell, Cells, StoredRow, Table } from "../../shared/pipeline/table.ts";

export interface MemoryTable extends Table {
  /** Forgets every row, but for those of one partition. */
  clear(but?: string): void;
  /** Forgets the rows of a partition. */
  forget(partition: string): void;
}

/** A table in memory: the ledger's own work is measured, not a database's. */
export function memoryTable(): MemoryTable {
  const partitions = new Map<string, Map<string, StoredRow>>();
  let version = 0;

  function rowsOf(partition: string): Map<string, StoredRow> {
    const known = partitions.get(partition);
    if (known) return known;
    const made = new Map<string, StoredRow>();
    partitions.set(partition, made);
    return made;
  }

  function put(partition: string, row: string, cells: Cells): string {
    const rows = rowsOf(partition);
    const merged: Record<string, Cell> = { ...rows.get(row)?.cells };
    for (const [name, cell] of Object.entries(cells)) {
      if (cell === null) delete merged[name];
      else if (cell !== undefined) merged[name] = cell;
    }
    version += 1;
    const etag = `v${version}`;
    rows.set(row, { partition, row, etag, cells: merged });
    return etag;
  }

  return {
    async get(partition, row) {
      return partitions.get(partition)?.get(row);
    },
    async insert(partition, row, cells) {
      return partitions.get(partition)?.has(row) ? undefined : put(partition, row, cells);
    },
    async update(partition, row, cells, etag) {
      const before = partitions.get(partition)?.get(row);
      return before?.etag === etag ? put(partition, row, cells) : undefined;
    },
    async merge(partition, row, cells) {
      put(partition, row, cells);
    },
    async mergeMany(partition, rows) {
      for (const { row, cells } of rows) put(partition, row, cells);
    },
    async *list(partition, { where = {}, from, until } = {}) {
      const rows = [...(partitions.get(partition)?.values() ?? [])];
      for (const stored of rows.sort((a, b) => (a.row < b.row ? -1 : 1))) {
        if (from !== undefined && stored.row < from) continue;
        if (until !== undefined && stored.row >= until) continue;
        if (Object.entries(where).every(([name, value]) => stored.cells[name] === value)) {
          yield stored;
        }
      }
    },
    async *scan() {
      for (const rows of partitions.values()) yield* rows.values();
    },
    async remove(partition, row) {
      const rows = partitions.get(partition);
      rows?.delete(row);
      if (rows?.size === 0) partitions.delete(partition);
    },
    clear(but) {
      for (const partition of partitions.keys()) {
        if (partition !== but) partitions.delete(partition);
      }
    },
    forget: (partition) => void partitions.delete(partition),
  };
}
