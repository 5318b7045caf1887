import { leaseRow } from "../../pipeline/lease.ts";
import type { Cells, StoredRow, Table } from "../../pipeline/table.ts";
import type { Order, OrderChange, OrderKind, Orders } from "./order.ts";

/** No connector's id: those begin with a letter or digit. */
const PARTITION = "_orders";

/** Orders, over the table `Runs`: a partition beside those of the connectors. */
export function tableOrders(table: Table, now: () => Date): Orders {
  return {
    async add({ id, kind, by, why, startedAt, parameters }) {
      await table.insert(PARTITION, id, {
        kind,
        by,
        why,
        startedAt,
        parameters: JSON.stringify(parameters),
        state: "running",
        done: 0,
        tries: 0,
      });
    },

    async get(id) {
      const stored = await table.get(PARTITION, id);
      return stored && orderOf(stored.row, stored.cells);
    },

    async *list({ state } = {}) {
      for await (const stored of table.list(PARTITION, state ? { where: { state } } : {})) {
        yield orderOf(stored.row, stored.cells);
      }
    },

    async lease(id) {
      if (!(await table.get(PARTITION, id))) return undefined;
      const lease = await leaseRow(table, PARTITION, id, { now });
      return (
        lease && {
          order: orderOf(id, lease.cells),
          keep: lease.keep,
          save: (change) => lease.save(cellsOf(change)),
          release: lease.release,
        }
      );
    },
  };
}

function cellsOf({ progress, cursor, result, ...rest }: OrderChange): Cells {
  return {
    ...rest,
    ...(progress && { done: progress.done, of: progress.of ?? null }),
    ...(cursor !== undefined && { cursor: JSON.stringify(cursor) }),
    ...(result && { result: JSON.stringify(result) }),
  };
}

function orderOf(id: string, cells: StoredRow["cells"]): Order {
  const { of, cursor, result, finishedAt, failure } = cells;
  return {
    id,
    kind: cells["kind"] as OrderKind,
    by: String(cells["by"]),
    why: String(cells["why"]),
    startedAt: cells["startedAt"] as Date,
    parameters: JSON.parse(String(cells["parameters"] ?? "{}")),
    state: cells["state"] as Order["state"],
    progress: { done: Number(cells["done"] ?? 0), ...(typeof of === "number" && { of }) },
    tries: Number(cells["tries"] ?? 0),
    ...(cursor && { cursor: JSON.parse(String(cursor)) }),
    ...(result && { result: JSON.parse(String(result)) }),
    ...(finishedAt instanceof Date && { finishedAt }),
    ...(failure && { failure: String(failure) }),
  };
}
