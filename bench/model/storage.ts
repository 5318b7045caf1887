import type { Table } from "../../shared/pipeline/table.ts";
import { memoryTable } from "../ports/memory-table.ts";
import type { VirtualClock } from "./clock.ts";

/**
 * Azure Storage's published targets
 * (https://learn.microsoft.com/azure/storage/common/scalability-targets-standard-account,
 * …/storage/tables/scalability-targets, …/storage/queues/scalability-targets).
 */
export const STORAGE_TARGETS = {
  accountPerSecond: 20_000,
  partitionPerSecond: 2_000,
  queuePerSecond: 2_000,
} as const;

/** A small request within a region takes single-digit milliseconds. */
export const STORAGE_LATENCY_MS = 8;

export interface ModelStorage {
  /** Transactions in all, and in those tables' partitions and queues that many share. */
  readonly counts: { transactions: number; readonly byLine: Map<string, number> };
  /** Passes the time of one transaction, and of those before it in the same line. */
  transact(line?: { readonly name: string; readonly perSecond: number }): Promise<void>;
  /** A table whose rows lie in memory. */
  table(name: string): Table & { forget(partition: string): void };
}

export function modelStorage(clock: VirtualClock): ModelStorage {
  const counts = { transactions: 0, byLine: new Map<string, number>() };
  const freeAt = new Map<string, number>();

  function turnIn(line: string, perSecond: number): number {
    const turn = Math.max(clock.elapsed(), freeAt.get(line) ?? 0);
    freeAt.set(line, turn + 1_000 / perSecond);
    return turn;
  }

  async function transact(line?: { name: string; perSecond: number }): Promise<void> {
    counts.transactions += 1;
    let turn = turnIn("account", STORAGE_TARGETS.accountPerSecond);
    if (line) {
      counts.byLine.set(line.name, (counts.byLine.get(line.name) ?? 0) + 1);
      turn = Math.max(turn, turnIn(line.name, line.perSecond));
    }
    await clock.sleep(turn - clock.elapsed() + STORAGE_LATENCY_MS);
  }

  return {
    counts,
    transact,
    table(name) {
      const table = memoryTable();
      /** A partition of one item is never busy; one that all items ask for may be. */
      const asked = (partition: string) =>
        partition.startsWith("i-")
          ? transact()
          : transact({
              name: `${name}/${partition}`,
              perSecond: STORAGE_TARGETS.partitionPerSecond,
            });
      return {
        ...table,
        async get(partition, row) {
          await asked(partition);
          return table.get(partition, row);
        },
        async *list(partition, options) {
          await asked(partition);
          yield* table.list(partition, options);
        },
        async insert(partition, row, cells) {
          await asked(partition);
          return table.insert(partition, row, cells);
        },
        async update(partition, row, cells, etag) {
          await asked(partition);
          return table.update(partition, row, cells, etag);
        },
        async merge(partition, row, cells) {
          await asked(partition);
          await table.merge(partition, row, cells);
        },
        async remove(partition, row) {
          await asked(partition);
          await table.remove(partition, row);
        },
      };
    },
  };
}
