import { leaseRow } from "./lease.ts";
import type { Backfill, Checkpoint, Checkpoints, MissingItem, WindowCount } from "./ports.ts";
import type { Cells, StoredRow, Table } from "./table.ts";

const DAILY = "checkpoint";
const BACKFILL = "backfill-";
/** The row key after every one that begins with `backfill-`. */
const AFTER_BACKFILLS = "backfill.";

/**
 * Checkpoints, over the table `Checkpoints`: one row a connector, and one a back-fill.
 *
 * The lease lies in the same row, and every write is conditional on it: a
 * collector that was thought dead and wakes up cannot move the checkpoint.
 */
export function tableCheckpoints(table: Table, now: () => Date): Checkpoints {
  return {
    async *connectors() {
      for await (const { partition, row } of table.scan()) {
        if (row === DAILY) yield partition;
      }
    },

    async get(connector, of = DAILY) {
      const stored = await table.get(connector, of);
      return stored && checkpointOf(stored.cells);
    },

    async lease(connector, of = DAILY) {
      const first = { firstSeenAt: now() };
      const lease = await leaseRow(table, connector, of, { now, first });
      return (
        lease && {
          checkpoint: checkpointOf(lease.cells),
          keep: lease.keep,
          save: (next) => lease.save(cellsOf(next)),
          release: lease.release,
        }
      );
    },

    async startBackfill({ connector, id, span, by, why, startedAt }) {
      const goal = { spanFrom: span.from, spanUntil: span.until, by, why, startedAt };
      await table.insert(connector, id, { ...goal, firstSeenAt: startedAt });
    },

    async *backfills(connector) {
      for await (const stored of table.list(connector, {
        from: BACKFILL,
        until: AFTER_BACKFILLS,
      })) {
        yield { backfill: backfillOf(stored), checkpoint: checkpointOf(stored.cells) };
      }
    },
  };
}

function backfillOf({ partition, row, cells }: StoredRow): Backfill {
  return {
    connector: partition,
    id: row,
    span: { from: cells["spanFrom"] as Date, until: cells["spanUntil"] as Date },
    by: String(cells["by"]),
    why: String(cells["why"]),
    startedAt: cells["startedAt"] as Date,
  };
}

function cellsOf(checkpoint: Checkpoint): Cells {
  const { until, unfinished, failure, notBefore, lastItemAt, missing, finishedAt } = checkpoint;
  return {
    until: until ?? null,
    windowFrom: unfinished?.window.from ?? null,
    windowUntil: unfinished?.window.until ?? null,
    runId: unfinished?.runId ?? null,
    cursor: unfinished?.cursor ?? null,
    windowItems: unfinished?.count?.fromSource ?? null,
    windowKnown: unfinished?.count?.known ?? null,
    windowBytes: unfinished?.count?.bytes ?? null,
    failureCode: failure?.code ?? null,
    failureDetail: failure?.detail ?? null,
    failureSince: failure?.since ?? null,
    notBefore: notBefore ?? null,
    lastItemAt: lastItemAt ?? null,
    missing: missing?.length ? JSON.stringify(missing) : null,
    finishedAt: finishedAt ?? null,
  };
}

function checkpointOf(cells: StoredRow["cells"]): Checkpoint {
  const { until, windowFrom, windowUntil, runId, cursor, notBefore, lastItemAt } = cells;
  const { failureCode, failureDetail, failureSince, missing, firstSeenAt, finishedAt } = cells;
  const { windowItems } = cells;
  return {
    ...(until instanceof Date && { until }),
    ...(windowFrom instanceof Date &&
      windowUntil instanceof Date && {
        unfinished: {
          window: { from: windowFrom, until: windowUntil },
          runId: String(runId),
          ...(cursor && { cursor: String(cursor) }),
          ...(windowItems !== null && windowItems !== undefined && { count: countOf(cells) }),
        },
      }),
    ...(failureCode &&
      failureSince instanceof Date && {
        failure: { code: String(failureCode), detail: String(failureDetail), since: failureSince },
      }),
    ...(notBefore instanceof Date && { notBefore }),
    ...(lastItemAt instanceof Date && { lastItemAt }),
    ...(missing && { missing: missingOf(String(missing)) }),
    ...(firstSeenAt instanceof Date && { firstSeenAt }),
    ...(finishedAt instanceof Date && { finishedAt }),
  };
}

function countOf({ windowItems, windowKnown, windowBytes }: StoredRow["cells"]): WindowCount {
  return {
    fromSource: Number(windowItems ?? 0),
    known: Number(windowKnown ?? 0),
    bytes: Number(windowBytes ?? 0),
  };
}

/** JSON knows no dates: they come back as the texts they became. */
function missingOf(json: string): MissingItem[] {
  const parsed: MissingItem[] = JSON.parse(json);
  return parsed.map(({ item, since, ...rest }) => ({
    ...rest,
    item: { ...item, receivedAt: new Date(item.receivedAt) },
    since: new Date(since),
  }));
}
