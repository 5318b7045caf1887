import type { Entrance } from "./ports.ts";
import type { Table } from "./table.ts";

/** Exchange lets an app have four requests under way in a mailbox. */
const SLOTS = ["0", "1", "2", "3"];
/** Longer than a write may take. Of a process that died, a slot is free again after this. */
const HELD_MS = 2 * 60_000;

const SHORTEST_TURN_MS = 1_000;
const LONGEST_TURN_MS = 60_000;
/** Together they settle where one try in fourteen finds a slot: one is taken as soon as it is free, and few come in vain. */
const LONGER = 1.03;
const SHORTER = 0.68;
const MOST_REMEMBERED = 10_000;

/**
 * The slots of crowded mailboxes, over the table `Deliveries`: rows that are there only
 * while they are held.
 *
 * Whoever finds all of them held comes again, the later the more often this process
 * has found them so: how many deliveries wait for the mailbox nobody can count.
 * A slot that is held too long, by a large import or a slow process, may be given to
 * another as well: Exchange then refuses one request too many.
 */
export interface Slots {
  take(mailbox: string): Promise<Entrance>;
}

export function tableSlots(
  table: Table,
  options: { now: () => Date; random: () => number },
): Slots {
  const { now, random } = options;
  const turns = new Map<string, number>();

  /** Until the next try, before its jitter. */
  function turnMs(mailbox: string, factor: number): number {
    const before = turns.get(mailbox) ?? SHORTEST_TURN_MS;
    const turn = Math.min(Math.max(before * factor, SHORTEST_TURN_MS), LONGEST_TURN_MS);
    if (turns.size >= MOST_REMEMBERED) turns.clear();
    turns.set(mailbox, turn);
    return turn;
  }

  /** The slots that nobody holds; with an etag those that nobody gave back. */
  async function free(partition: string): Promise<{ row: string; etag?: string }[]> {
    const held = new Set<string>();
    const abandoned = new Map<string, string>();
    for await (const { row, etag, cells } of table.list(partition)) {
      if (cells["until"] instanceof Date && cells["until"] > now()) held.add(row);
      else abandoned.set(row, etag);
    }
    return SLOTS.filter((row) => !held.has(row)).map((row) => {
      const etag = abandoned.get(row);
      return { row, ...(etag !== undefined && { etag }) };
    });
  }

  function entered(partition: string, row: string, etag: string): Entrance {
    let isHeld = true;
    return {
      kind: "entered",
      async leave() {
        if (!isHeld) return;
        isHeld = false;
        try {
          await table.remove(partition, row, etag);
        } catch {
          // A delivery that is done must not be tried again for this: the slot becomes free with time.
        }
      },
    };
  }

  return {
    async take(mailbox) {
      const partition = `slots-${mailbox}`;
      const slots = await free(partition);
      // Those who looked at the same time would else all try the same one.
      const first = Math.floor(random() * slots.length);
      for (const { row, etag } of [...slots.slice(first), ...slots.slice(0, first)]) {
        const cells = { until: new Date(now().getTime() + HELD_MS) };
        const held =
          etag === undefined
            ? await table.insert(partition, row, cells)
            : await table.update(partition, row, cells, etag);
        if (held === undefined) continue;
        turnMs(mailbox, SHORTER);
        return entered(partition, row, held);
      }
      return { kind: "full", retryAfterMs: Math.ceil(turnMs(mailbox, LONGER) * (0.5 + random())) };
    },
  };
}
