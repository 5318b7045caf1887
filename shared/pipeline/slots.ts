import { type Turns, turns } from "../domain/turns.ts";
import type { Entrance } from "./ports.ts";
import type { Table } from "./table.ts";

/** Exchange lets an app have four requests under way in a mailbox. */
const SLOTS = ["0", "1", "2", "3"];
/** Longer than almost every write takes. Of a process that died, a slot is free again after this. */
const HELD_MS = 20_000;
/** How long a delivery waits for a slot of its own process, which most need for less than half a second. */
const HANDED_OVER_MS = 2_000;

const MOST_REMEMBERED = 10_000;

/**
 * The slots of crowded mailboxes, over the table `Deliveries`: rows that are there only
 * while they are held.
 *
 * Within a process a slot goes from hand to hand while others wait for it. Where
 * none is to be had, the delivery comes again, the later the more of them come in
 * vain.
 * A slot that is held too long, by a large import or a slow process, may be given to
 * another as well: Exchange then refuses one request too many.
 */
export interface Slots {
  take(mailbox: string): Promise<Entrance>;
}

export interface SlotOptions {
  readonly now: () => Date;
  readonly random: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<unknown>;
}

interface Held {
  readonly row: string;
  readonly etag: string;
  readonly until: Date;
}

/** The slots of one mailbox that are this process's. */
interface Own {
  held: number;
  readonly waiting: ((slot: Held) => void)[];
}

export function tableSlots(table: Table, { now, random, sleep }: SlotOptions): Slots {
  const turnsByMailbox = new Map<string, Turns>();
  const own = new Map<string, Own>();
  const partitionOf = (mailbox: string) => `slots-${mailbox}`;

  function turnsOf(mailbox: string): Turns {
    const known = turnsByMailbox.get(mailbox);
    if (known) return known;
    if (turnsByMailbox.size >= MOST_REMEMBERED) turnsByMailbox.clear();
    const made = turns();
    turnsByMailbox.set(mailbox, made);
    return made;
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

  async function takeFree(mailbox: string): Promise<Held | undefined> {
    const partition = partitionOf(mailbox);
    const slots = await free(partition);
    // Those who looked at the same time would else all try the same one.
    const first = Math.floor(random() * slots.length);
    for (const { row, etag } of [...slots.slice(first), ...slots.slice(0, first)]) {
      const until = new Date(now().getTime() + HELD_MS);
      const held =
        etag === undefined
          ? await table.insert(partition, row, { until })
          : await table.update(partition, row, { until }, etag);
      if (held === undefined) continue;
      const mine = own.get(mailbox) ?? { held: 0, waiting: [] };
      own.set(mailbox, mine);
      mine.held += 1;
      return { row, etag: held, until };
    }
    return undefined;
  }

  /** Waits for a slot that another delivery of this process has. */
  async function takeOver(mailbox: string): Promise<Held | undefined> {
    const mine = own.get(mailbox);
    if (!mine) return undefined;
    let waiter: (slot: Held) => void = () => {};
    const handedOver = new Promise<Held>((resolve) => {
      waiter = resolve;
    });
    mine.waiting.push(waiter);
    const over = new AbortController();
    const tooLong = sleep(HANDED_OVER_MS, over.signal).then(
      () => undefined,
      () => undefined,
    );
    const slot = await Promise.race([handedOver, tooLong]);
    over.abort();
    if (slot) return slot;
    const at = mine.waiting.indexOf(waiter);
    // Given to it in the same moment as its time ran out: nobody else will give it back.
    if (at < 0) return handedOver;
    mine.waiting.splice(at, 1);
    return undefined;
  }

  async function giveBack(mailbox: string, slot: Held): Promise<void> {
    const mine = own.get(mailbox);
    // Not one that may be taken for abandoned while the next delivery has it.
    const isFresh = slot.until.getTime() - now().getTime() > HELD_MS / 2;
    const next = isFresh ? mine?.waiting.shift() : undefined;
    if (next) return next(slot);
    if (mine) mine.held -= 1;
    if (mine?.held === 0) own.delete(mailbox);
    try {
      await table.remove(partitionOf(mailbox), slot.row, slot.etag);
    } catch {
      // A delivery that is done must not be tried again for this: the slot becomes free with time.
    }
  }

  return {
    async take(mailbox) {
      const slot = (await takeFree(mailbox)) ?? (await takeOver(mailbox));
      if (!slot) {
        const turnMs = turnsOf(mailbox).full(now());
        return { kind: "full", retryAfterMs: Math.ceil(turnMs * (0.5 + random())) };
      }
      turnsOf(mailbox).entered(now());
      let isHeld = true;
      return {
        kind: "entered",
        async leave() {
          if (!isHeld) return;
          isHeld = false;
          await giveBack(mailbox, slot);
        },
      };
    },
  };
}
