import type { Delivery } from "../domain/delivery.ts";
import { date, deliveryRow, itemRow, pointer } from "./ledger-rows.ts";
import type { Claim, DeliveryRow, Ledger } from "./ports.ts";
import { tableSetAside } from "./set-aside.ts";
import type { Cells, Table } from "./table.ts";

/**
 * How long a claim holds. A POST to Graph is given up after 75 s (and long
 * imports lengthen the lease as they go), so that what a slow host wrote shows in
 * the mailbox well before its successor looks there.
 */
export const LEASE_MS = 3 * 60_000;

const ITEM = "item";
/** No item key: says since when the claims of this table are complete, and is lost when they are. */
const LEDGER = "ledger";
const BEGAN = "began";

/** The ledger, over the tables `Items` (a partition an item) and `Deliveries` (an item's mailboxes as rows). */
export function tableLedger(tables: { items: Table; deliveries: Table }): Ledger {
  const { items, deliveries } = tables;
  let known: Date | undefined;

  return {
    ...tableSetAside(tables),

    async item(itemKey) {
      const stored = await items.get(itemKey, ITEM);
      return stored && itemRow(stored);
    },

    async recordReceived({ itemKey, raw, ...rest }) {
      await items.merge(itemKey, ITEM, { ...rest, ...pointer("raw", raw) });
    },

    async recordItem(itemKey, { mailboxes, email, ...rest }) {
      await items.merge(itemKey, ITEM, {
        ...rest,
        mailboxes: mailboxes?.join(" "),
        ...(email && pointer("email", email)),
      });
    },

    async begin(at) {
      // Remembered for good: one that is out of date only makes a claim look once more than it must.
      known ??= await beganAt();
      if (known) return known;
      await deliveries.insert(LEDGER, BEGAN, { at });
      // Of two that began it at once, one wrote it.
      known = await beganAt();
      return known ?? at;
    },

    async deliveries(itemKey) {
      const rows: DeliveryRow[] = [];
      for await (const stored of deliveries.list(itemKey)) {
        rows.push(deliveryRow(stored));
      }
      return rows;
    },

    async isFirstOf(sameMessageKey, { itemKey, mailbox }) {
      const partition = `same-${sameMessageKey}`;
      if (await deliveries.insert(partition, mailbox, { itemKey })) return true;
      const first = await deliveries.get(partition, mailbox);
      return first?.cells["itemKey"] === itemKey;
    },

    async claim({ itemKey, mailbox, runId }, now) {
      const delivery = { itemKey, mailbox };
      const until = new Date(now.getTime() + LEASE_MS);
      const cells = {
        state: "claimed",
        claimedUntil: until,
        nothingWritten: false,
        runId,
        changedAt: now,
      };

      const [inserted, { isPastKnown, filesLeftOut }] = await Promise.all([
        deliveries.insert(itemKey, mailbox, cells),
        pastOf(itemKey),
      ]);
      const untouchedKind = isPastKnown ? "new" : "taken-over";
      const claim = { delivery, until, filesLeftOut };
      if (inserted) return { kind: untouchedKind, etag: inserted, ...claim };

      const stored = await deliveries.get(itemKey, mailbox);
      // Only an operator removes rows; whoever asks again finds none and inserts.
      if (!stored) return { kind: "held", until: now };
      const row = deliveryRow(stored);
      if (row.state === "imported" || row.state === "rejected") return { kind: "finished" };
      if (row.claimedUntil && row.claimedUntil > now) {
        return { kind: "held", until: row.claimedUntil };
      }

      // A job of the run before a redrive must not take the delivery out of the redrive's count.
      const countedBy = { runId: String(stored.cells["redriveRun"] ?? runId) };
      const etag = await deliveries.update(
        itemKey,
        mailbox,
        { ...cells, ...countedBy },
        stored.etag,
      );
      if (!etag) return { kind: "held", until };
      const untouched = row.state === undefined || stored.cells["nothingWritten"] === true;
      return { kind: untouched ? untouchedKind : "taken-over", etag, ...claim };
    },

    async keep(claim, now) {
      const until = new Date(now.getTime() + LEASE_MS);
      const etag = await change(claim, { claimedUntil: until });
      return { ...claim, until, etag };
    },

    async finish(claim, { mailboxItemId, reduced }, now) {
      await change(claim, {
        state: "imported",
        mailboxItemId,
        reduced,
        claimedUntil: null,
        importedAt: now,
        changedAt: now,
      });
    },

    async release(claim, { nothingWritten, at }) {
      // What an earlier holder may have written is not undone by a later one that wrote nothing.
      const clean = nothingWritten && claim.kind === "new";
      await change(claim, { claimedUntil: null, nothingWritten: clean, changedAt: at });
    },

    async recordDeferral({ itemKey, mailbox, runId }, { code, ownDelayMs, at }) {
      for (;;) {
        const stored = await deliveries.get(itemKey, mailbox);
        const before = stored && deliveryRow(stored);
        // A job that came twice changes nothing of a delivery that has its outcome.
        if (before?.state === "imported" || before?.state === "rejected") return 0;
        const waitedMs = (before?.waitedMs ?? 0) + ownDelayMs;
        const cells = {
          runId,
          waitedMs,
          deferredFor: code,
          deferredSince: before?.deferredSince ?? at,
          changedAt: at,
        };
        const etag = stored
          ? await deliveries.update(itemKey, mailbox, cells, stored.etag)
          : await deliveries.insert(itemKey, mailbox, cells);
        if (etag) return waitedMs;
      }
    },

    async recordRejection({ itemKey, mailbox, runId }, { code, detail, at }) {
      for (;;) {
        const stored = await deliveries.get(itemKey, mailbox);
        if (stored?.cells["state"] === "imported") return "imported";
        const held = date(stored?.cells["claimedUntil"]);
        if (held && held > at) return "held";
        const cells = {
          runId,
          state: "rejected",
          code,
          detail,
          claimedUntil: null,
          changedAt: at,
        };
        const etag = stored
          ? await deliveries.update(itemKey, mailbox, cells, stored.etag)
          : await deliveries.insert(itemKey, mailbox, cells);
        if (etag) return "recorded";
      }
    },

    async recordPoisonEntry({ itemKey, mailbox }, { messageId, popReceipt }) {
      const cells = { poisonMessageId: messageId, poisonPopReceipt: popReceipt };
      await (mailbox
        ? deliveries.merge(itemKey, mailbox, cells)
        : items.merge(itemKey, ITEM, cells));
    },
  };

  async function beganAt(): Promise<Date | undefined> {
    return date((await deliveries.get(LEDGER, BEGAN))?.cells["at"]);
  }

  /** What the ledger knows of an item when one of its deliveries is claimed. */
  async function pastOf(itemKey: string): Promise<{ isPastKnown: boolean; filesLeftOut: number }> {
    const [began, item] = await Promise.all([beganAt(), items.get(itemKey, ITEM)]);
    const since = date(item?.cells["ledgerSince"]);
    return {
      isPastKnown: since !== undefined && since.getTime() === began?.getTime(),
      filesLeftOut: Number(item?.cells["filesLeftOut"] ?? 0),
    };
  }

  async function change(claim: Claim, cells: Cells): Promise<string> {
    const { itemKey, mailbox } = claim.delivery;
    const etag = await deliveries.update(itemKey, mailbox, cells, claim.etag);
    if (!etag) throw new ClaimLostError(claim.delivery);
    return etag;
  }
}

/** Another host holds the delivery now; what this one did is found by that one's look in the mailbox. */
export class ClaimLostError extends Error {
  override readonly name = "ClaimLostError";

  constructor({ itemKey }: Delivery) {
    super(`The claim on a delivery of ${itemKey} was taken over.`);
  }
}
