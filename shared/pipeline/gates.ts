import type { DeferCode } from "../domain/errors.ts";
import type { ClosedGate, Gates } from "./ports.ts";
import type { StoredRow, Table } from "./table.ts";

/** No item key: gates lie apart from the deliveries they hold back. */
const PARTITION = "gate";
/** How long an answer is believed; another process learns of a closed gate by then. */
const FRESH_MS = 5_000;
const MOST_REMEMBERED = 10_000;

/** Gates, over the table `Deliveries`: one row for each mailbox that was told to wait, and one for the app. */
export function tableGates(table: Table, now: () => Date): Gates {
  const known = new Map<string, { asked: number; closed: ClosedGate | undefined }>();
  const remember = (gate: string, closed: ClosedGate | undefined): void => {
    // Each mailbox ever met would else stay in memory for the life of the process.
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(gate, { asked: now().getTime(), closed });
  };

  return {
    async closed(gate) {
      const before = known.get(gate);
      if (before && now().getTime() - before.asked < FRESH_MS) return before.closed;
      const stored = await table.get(PARTITION, gate);
      const closed = stored && gateOf(stored);
      remember(gate, closed);
      return closed;
    },

    async close(gate, closed) {
      await table.merge(PARTITION, gate, { ...closed });
      remember(gate, closed);
    },

    async open(gate) {
      await table.remove(PARTITION, gate);
      remember(gate, undefined);
    },
  };
}

function gateOf({ cells }: StoredRow): ClosedGate | undefined {
  const { until, since, code } = cells;
  if (!(until instanceof Date) || !(since instanceof Date)) return undefined;
  return { until, since, code: String(code) as DeferCode };
}
