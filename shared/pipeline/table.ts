/** What a cell of a table holds. Long texts are no matter: the adapter splits them. */
export type Cell = string | number | boolean | Date | null;
export type Cells = Readonly<Record<string, Cell | undefined>>;

export interface StoredRow {
  readonly partition: string;
  readonly row: string;
  readonly etag: string;
  readonly cells: Readonly<Record<string, Cell>>;
}

/**
 * A table of rows, each found by partition and row key: Azure Table storage, cut
 * down to what is used of it. A cell that is `null` is emptied, one that is
 * `undefined` stays as it is.
 */
export interface Table {
  get(partition: string, row: string): Promise<StoredRow | undefined>;
  /** The new row's etag; nothing when there is such a row already. */
  insert(partition: string, row: string, cells: Cells): Promise<string | undefined>;
  /** Merges, if the row is still the one with this etag. Nothing when it is not. */
  update(partition: string, row: string, cells: Cells, etag: string): Promise<string | undefined>;
  /** Merges into the row, or makes it. */
  merge(partition: string, row: string, cells: Cells): Promise<void>;
  /** As `merge`, a hundred rows of one partition in one transaction. */
  mergeMany(partition: string, rows: readonly { row: string; cells: Cells }[]): Promise<void>;
  /** In the order of row keys. `where` compares cells for equality; row keys lie in `[from, until)`. */
  list(
    partition: string,
    options?: { where?: Readonly<Record<string, string | boolean>>; from?: string; until?: string },
  ): AsyncIterable<StoredRow>;
  /** Every row of every partition: for small tables only. */
  scan(): AsyncIterable<StoredRow>;
  /** No error when it is gone already, nor, with an etag, when it is another by now: it then stays. */
  remove(partition: string, row: string, etag?: string): Promise<void>;
}
