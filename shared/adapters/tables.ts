import { odata, RestError, type TableClient, type TransactionAction } from "@azure/data-tables";
import type { Cell, Cells, StoredRow, Table } from "../pipeline/table.ts";

/** Azure's limit for one transaction, all of it in one partition. */
const MOST_IN_A_TRANSACTION = 100;
/** Azure takes 32 K UTF-16 characters a text cell; longer texts go on in `name__1`, `name__2` … */
const LONGEST_TEXT = 30_000;
const INT32 = 2 ** 31;

/** A `Table` in Azure Table storage. */
export function azureTable(client: TableClient): Table {
  return {
    async get(partition, row) {
      return absentIs404(async () => stored(await client.getEntity(partition, row)));
    },

    async insert(partition, row, cells) {
      try {
        const { etag } = await client.createEntity(entityOf(partition, row, cells));
        return etag;
      } catch (error) {
        if (statusOf(error) === 409) return undefined;
        throw error;
      }
    },

    async update(partition, row, cells, etag) {
      try {
        const entity = entityOf(partition, row, cells);
        const answer = await client.updateEntity(entity, "Merge", { etag });
        return answer.etag;
      } catch (error) {
        if ([404, 412].includes(statusOf(error) ?? 0)) return undefined;
        throw error;
      }
    },

    async merge(partition, row, cells) {
      await client.upsertEntity(entityOf(partition, row, cells), "Merge");
    },

    async mergeMany(partition, rows) {
      for (let from = 0; from < rows.length; from += MOST_IN_A_TRANSACTION) {
        const actions = rows
          .slice(from, from + MOST_IN_A_TRANSACTION)
          .map(
            ({ row, cells }): TransactionAction => [
              "upsert",
              entityOf(partition, row, cells),
              "Merge",
            ],
          );
        await client.submitTransaction(actions);
      }
    },

    async *list(partition, { where = {}, from, until } = {}) {
      const filters = [odata`PartitionKey eq ${partition}`];
      if (from !== undefined) filters.push(odata`RowKey ge ${from}`);
      if (until !== undefined) filters.push(odata`RowKey lt ${until}`);
      for (const [name, value] of Object.entries(where)) {
        filters.push(`${name} ${odata`eq ${value}`}`);
      }
      const queryOptions = { filter: filters.join(" and ") };
      for await (const entity of client.listEntities({ queryOptions })) {
        yield stored(entity);
      }
    },

    async *scan() {
      for await (const entity of client.listEntities()) {
        yield stored(entity);
      }
    },

    async remove(partition, row, etag) {
      try {
        await client.deleteEntity(partition, row, etag === undefined ? {} : { etag });
      } catch (error) {
        if (![404, 412].includes(statusOf(error) ?? 0)) throw error;
      }
    },
  };
}

function entityOf(partitionKey: string, rowKey: string, cells: Cells) {
  const entity: Record<string, unknown> & { partitionKey: string; rowKey: string } = {
    partitionKey,
    rowKey,
  };
  for (const [name, cell] of Object.entries(cells)) {
    if (cell === undefined) continue;
    for (const [part, value] of Object.entries(partsOf(name, cell))) {
      entity[part] = value;
    }
  }
  return entity;
}

/** A cell as Azure stores it. */
function partsOf(name: string, cell: Cell): Record<string, unknown> {
  // Merging leaves a cell alone that is not named; an empty text is how it is emptied.
  if (cell === null) return { [name]: "" };
  // An integer above 2³¹ is refused unless its type is named.
  if (typeof cell === "number" && !(Number.isInteger(cell) && Math.abs(cell) < INT32)) {
    return { [name]: { type: "Double", value: String(cell) } };
  }
  if (typeof cell !== "string" || cell.length < LONGEST_TEXT) return { [name]: cell };

  const parts: Record<string, string> = {};
  for (let n = 0; n * LONGEST_TEXT <= cell.length; n += 1) {
    const part = cell.slice(n * LONGEST_TEXT, (n + 1) * LONGEST_TEXT);
    parts[n === 0 ? name : `${name}__${n}`] = part;
  }
  return parts;
}

function stored(entity: Record<string, unknown>): StoredRow {
  const { partitionKey, rowKey, etag, timestamp: _, ...rest } = entity;
  const cells: Record<string, Cell> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (name.includes("__") || name.includes("odata.") || value === "") continue;
    let cell = value as Cell;
    // A part that is not full is the last one: what follows is left from a longer text.
    for (
      let n = 1, part = value;
      typeof part === "string" && part.length === LONGEST_TEXT;
      n += 1
    ) {
      part = rest[`${name}__${n}`];
      cell = `${cell}${part ?? ""}`;
    }
    cells[name] = cell;
  }
  return {
    partition: String(partitionKey),
    row: String(rowKey),
    etag: String(etag ?? ""),
    cells,
  };
}

async function absentIs404<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof RestError ? error.statusCode : undefined;
}
