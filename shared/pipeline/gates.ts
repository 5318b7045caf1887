import type { DeferCode } from "../domain/errors.ts";
import type { ClosedGate, Gates } from "./ports.ts";
import { type SlotOptions, tableSlots } from "./slots.ts";
import type { StoredRow, Table } from "./table.ts";

/** No item key: gates lie apart from the deliveries they hold back. */
const PARTITION = "gate";
/** How long an answer is believed; another process learns of a closed gate by then. */
const FRESH_MS = 5_000;
const MOST_REMEMBERED = 10_000;
/** Exchange counts for so long what it is asked. */
const CROWDED_MS = 10 * 60_000;

/** A row: until when the mailbox or the app is not to be asked at all, and until when only by turns. */
interface Gate {
  readonly closed: ClosedGate | undefined;
  readonly crowdedUntil: Date | undefined;
}

/** Gates, over the table `Deliveries`: one row for each mailbox that was told to wait, and one for the app. */
export function tableGates(table: Table, options: SlotOptions): Gates {
  const { now } = options;
  const known = new Map<string, Gate & { asked: number }>();
  const slots = tableSlots(table, options);
  const remember = (name: string, gate: Gate): Gate => {
    // Each mailbox ever met would else stay in memory for the life of the process.
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(name, { ...gate, asked: now().getTime() });
    return gate;
  };

  async function read(name: string): Promise<Gate> {
    const before = known.get(name);
    if (before && now().getTime() - before.asked < FRESH_MS) return before;
    const stored = await table.get(PARTITION, name);
    return remember(name, { closed: stored && closedOf(stored), crowdedUntil: crowdedOf(stored) });
  }

  const isCrowded = ({ crowdedUntil }: Gate, at: number): boolean =>
    crowdedUntil !== undefined && crowdedUntil.getTime() > at;

  return {
    async closed(name) {
      return (await read(name)).closed;
    },

    async close(name, closed) {
      const { crowdedUntil } = await read(name);
      await table.merge(PARTITION, name, { ...closed });
      remember(name, { closed, crowdedUntil });
    },

    async open(name) {
      const gate = await read(name);
      if (isCrowded(gate, now().getTime())) {
        await table.merge(PARTITION, name, { until: null, since: null, code: null });
      } else {
        await table.remove(PARTITION, name);
      }
      remember(name, { ...gate, closed: undefined });
    },

    async crowd(mailbox) {
      const gate = await read(mailbox);
      const at = now().getTime();
      // Every refused request says so again: written down once in a while it is enough.
      if (isCrowded(gate, at + CROWDED_MS / 2)) return;
      const crowdedUntil = new Date(at + CROWDED_MS);
      await table.merge(PARTITION, mailbox, { crowdedUntil });
      remember(mailbox, { ...gate, crowdedUntil });
    },

    async enter(mailbox) {
      const gate = await read(mailbox);
      return isCrowded(gate, now().getTime()) ? slots.take(mailbox) : { kind: "entered", leave };
    },
  };
}

async function leave(): Promise<void> {
  // Nobody waits for a slot of a mailbox that is not crowded.
}

function closedOf({ cells }: StoredRow): ClosedGate | undefined {
  const { until, since, code } = cells;
  if (!(until instanceof Date) || !(since instanceof Date)) return undefined;
  return { until, since, code: String(code) as DeferCode };
}

function crowdedOf(stored: StoredRow | undefined): Date | undefined {
  const until = stored?.cells["crowdedUntil"];
  return until instanceof Date ? until : undefined;
}
