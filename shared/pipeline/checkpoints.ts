import type { Checkpoint, Checkpoints, MissingItem } from "./ports.ts";
import type { Cells, StoredRow, Table } from "./table.ts";

const DAILY = "checkpoint";
const LEASE_MS = 3 * 60_000;

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
      return stored && checkpointOf(stored);
    },

    async lease(connector, of = DAILY) {
      const until = leaseEnd();
      const cells = { leasedUntil: until };
      let etag = await table.insert(connector, of, cells);
      let checkpoint: Checkpoint = {};
      if (!etag) {
        const stored = await table.get(connector, of);
        const held = stored?.cells["leasedUntil"];
        if (!stored || (held instanceof Date && held > now())) return undefined;
        etag = await table.update(connector, of, cells, stored.etag);
        if (!etag) return undefined;
        checkpoint = checkpointOf(stored);
      }
      let current = etag;
      let leasedUntil = until;
      // One write after the other: two at once would each hold the other's old etag.
      let last: Promise<void> = Promise.resolve();

      const write = (cells: Cells): Promise<void> => {
        last = last.then(async () => {
          const next = await table.update(connector, of, cells, current);
          if (!next) throw new LeaseLostError(connector);
          current = next;
        });
        return last;
      };

      return {
        checkpoint,
        async keep() {
          if (leasedUntil.getTime() - now().getTime() > (LEASE_MS * 2) / 3) return;
          leasedUntil = leaseEnd();
          await write({ leasedUntil });
        },
        async save(next) {
          leasedUntil = leaseEnd();
          await write({ ...cellsOf(next), leasedUntil });
        },
        release: () => write({ leasedUntil: null }),
      };
    },
  };

  function leaseEnd(): Date {
    return new Date(now().getTime() + LEASE_MS);
  }
}

/** Another collector has taken the connector over; it goes on from the stored checkpoint. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";

  constructor(connector: string) {
    super(`The lease on connector ${connector} was taken over.`);
  }
}

function cellsOf(checkpoint: Checkpoint): Cells {
  const { until, unfinished, failure, notBefore, lastItemAt, missing } = checkpoint;
  return {
    until: until ?? null,
    windowFrom: unfinished?.window.from ?? null,
    windowUntil: unfinished?.window.until ?? null,
    runId: unfinished?.runId ?? null,
    cursor: unfinished?.cursor ?? null,
    failureCode: failure?.code ?? null,
    failureDetail: failure?.detail ?? null,
    failureSince: failure?.since ?? null,
    notBefore: notBefore ?? null,
    lastItemAt: lastItemAt ?? null,
    missing: missing?.length ? JSON.stringify(missing) : null,
  };
}

function checkpointOf({ cells }: StoredRow): Checkpoint {
  const { until, windowFrom, windowUntil, runId, cursor, notBefore, lastItemAt } = cells;
  const { failureCode, failureDetail, failureSince, missing } = cells;
  return {
    ...(until instanceof Date && { until }),
    ...(windowFrom instanceof Date &&
      windowUntil instanceof Date && {
        unfinished: {
          window: { from: windowFrom, until: windowUntil },
          runId: String(runId),
          ...(cursor && { cursor: String(cursor) }),
        },
      }),
    ...(failureCode &&
      failureSince instanceof Date && {
        failure: { code: String(failureCode), detail: String(failureDetail), since: failureSince },
      }),
    ...(notBefore instanceof Date && { notBefore }),
    ...(lastItemAt instanceof Date && { lastItemAt }),
    ...(missing && { missing: missingOf(String(missing)) }),
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
