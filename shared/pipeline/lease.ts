import type { Cells, StoredRow, Table } from "./table.ts";

/**
 * Short, since nothing but work done twice depends on it: whoever holds an old
 * lease can write neither this row nor anything that is there already. After a
 * crash its connector is free again within a minute.
 */
const LEASE_MS = 60_000;

/** Leave to write one row, until the lease ends. */
export interface RowLease {
  /** What the row said when the lease was taken; empty for a new row. */
  readonly cells: StoredRow["cells"];
  /** Lengthens the lease when it is due; cheap to call often. Throws when another has it. */
  keep(): Promise<void>;
  /** Writes cells. Throws when another has the lease. */
  save(cells: Cells): Promise<void>;
  release(): Promise<void>;
}

/** Another host has taken the work over; it goes on from what is stored. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";

  constructor(partition: string) {
    super(`The lease on ${partition} was taken over.`);
  }
}

/**
 * Takes a row for one host at a time; nothing when another holds it. `first` is
 * written with a row that was not there yet.
 *
 * The lease lies in the row itself, and every write is conditional on it: a host
 * that was thought dead and wakes up cannot write over its successor.
 */
export async function leaseRow(
  table: Table,
  partition: string,
  row: string,
  { now, first = {} }: { now: () => Date; first?: Cells },
): Promise<RowLease | undefined> {
  const leaseEnd = () => new Date(now().getTime() + LEASE_MS);
  let leasedUntil = leaseEnd();
  let cells: StoredRow["cells"] = {};
  let etag = await table.insert(partition, row, { ...first, leasedUntil });
  if (!etag) {
    const stored = await table.get(partition, row);
    const held = stored?.cells["leasedUntil"];
    if (!stored || (held instanceof Date && held > now())) return undefined;
    etag = await table.update(partition, row, { leasedUntil }, stored.etag);
    if (!etag) return undefined;
    cells = stored.cells;
  }
  let current = etag;
  // One write after the other: two at once would each hold the other's old etag.
  let last: Promise<void> = Promise.resolve();

  const write = (changed: Cells): Promise<void> => {
    last = last.then(async () => {
      const next = await table.update(partition, row, changed, current);
      if (!next) throw new LeaseLostError(partition);
      current = next;
    });
    return last;
  };

  return {
    cells,
    async keep() {
      if (leasedUntil.getTime() - now().getTime() > (LEASE_MS * 2) / 3) return;
      leasedUntil = leaseEnd();
      await write({ leasedUntil });
    },
    async save(changed) {
      leasedUntil = leaseEnd();
      await write({ ...changed, leasedUntil });
    },
    release: () => write({ leasedUntil: null }),
  };
}
