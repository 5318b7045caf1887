import type { Delivery } from "../domain/delivery.ts";
import type {
  BlobPointer,
  Claim,
  DeliveryRow,
  EntryPointer,
  ItemAction,
  ItemRow,
  Ledger,
  SetAside,
} from "./ports.ts";
import type { Cells, StoredRow, Table } from "./table.ts";

/**
 * How long a claim holds. A POST to Graph is given up after 75 s (and long
 * imports lengthen the lease as they go), so that what a slow host wrote shows in
 * the mailbox well before its successor looks there.
 */
export const LEASE_MS = 3 * 60_000;

const ITEM = "item";

/** The ledger, over the tables `Items` (a partition an item) and `Deliveries` (an item's mailboxes as rows). */
export function tableLedger(tables: { items: Table; deliveries: Table }): Ledger {
  const { items, deliveries } = tables;

  return {
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
      await deliveries.insert(LEDGER, BEGAN, { at });
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

      const inserted = await deliveries.insert(itemKey, mailbox, cells);
      if (inserted) return { kind: "new", delivery, until, etag: inserted };

      const stored = await deliveries.get(itemKey, mailbox);
      // Only an operator removes rows; whoever asks again finds none and inserts.
      if (!stored) return { kind: "held", until: now };
      const row = deliveryRow(stored);
      if (row.state === "imported" || row.state === "rejected") return { kind: "finished" };
      if (row.claimedUntil && row.claimedUntil > now) {
        return { kind: "held", until: row.claimedUntil };
      }

      const etag = await deliveries.update(itemKey, mailbox, cells, stored.etag);
      if (!etag) return { kind: "held", until };
      const untouched = row.state === undefined || stored.cells["nothingWritten"] === true;
      return { kind: untouched ? "new" : "taken-over", delivery, until, etag };
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

function itemRow({ partition, cells }: StoredRow): ItemRow {
  const email = pointerOf("email", cells);
  const poisonEntry = entryOf(cells);
  return {
    itemKey: partition,
    connector: String(cells["connector"] ?? ""),
    sourceItemId: String(cells["sourceItemId"] ?? ""),
    receivedAt: date(cells["receivedAt"]) ?? new Date(0),
    mediaType: String(cells["mediaType"] ?? ""),
    size: Number(cells["size"] ?? 0),
    sha256: String(cells["sha256"] ?? ""),
    raw: pointerOf("raw", cells) ?? { container: "raw", blob: "" },
    receipt: String(cells["receipt"] ?? ""),
    runId: String(cells["runId"] ?? ""),
    traceparent: String(cells["traceparent"] ?? ""),
    tries: Number(cells["tries"] ?? 0),
    restarts: Number(cells["restarts"] ?? 0),
    mailboxes: String(cells["mailboxes"] ?? "")
      .split(" ")
      .filter(Boolean),
    sameElsewhere: Number(cells["sameElsewhere"] ?? 0),
    filesLeftOut: Number(cells["filesLeftOut"] ?? 0),
    collectedAt: date(cells["collectedAt"]) ?? new Date(0),
    changedAt: date(cells["changedAt"]) ?? date(cells["collectedAt"]) ?? new Date(0),
    ...(email && { email }),
    ...(poisonEntry && { poisonEntry }),
    ...optional<ItemRow>(cells, ["state", "code", "detail", "waitUntil", "mappedBy"]),
  };
}

function deliveryRow({ partition, row, cells }: StoredRow): DeliveryRow {
  const poisonEntry = entryOf(cells);
  return {
    itemKey: partition,
    mailbox: row,
    runId: String(cells["runId"] ?? ""),
    waitedMs: Number(cells["waitedMs"] ?? 0),
    changedAt: date(cells["changedAt"]) ?? new Date(0),
    ...(poisonEntry && { poisonEntry }),
    ...optional<DeliveryRow>(cells, [
      "state",
      "claimedUntil",
      "mailboxItemId",
      "reduced",
      "code",
      "detail",
      "deferredSince",
      "deferredFor",
    ]),
  };
}

/** The named cells that are there. Their types are what this file wrote. */
function optional<T>(cells: StoredRow["cells"], names: (keyof T & string)[]): Partial<T> {
  const found = names.filter((name) => cells[name] !== undefined && cells[name] !== null);
  return Object.fromEntries(found.map((name) => [name, cells[name]])) as Partial<T>;
}

function pointer(name: string, { container, blob }: BlobPointer): Cells {
  return { [`${name}Container`]: container, [`${name}Blob`]: blob };
}

function pointerOf(name: string, cells: StoredRow["cells"]): BlobPointer | undefined {
  const container = cells[`${name}Container`];
  const blob = cells[`${name}Blob`];
  return container && blob ? { container: String(container), blob: String(blob) } : undefined;
}

function entryOf(cells: StoredRow["cells"]): EntryPointer | undefined {
  const messageId = cells["poisonMessageId"];
  if (!messageId) return undefined;
  return { messageId: String(messageId), popReceipt: String(cells["poisonPopReceipt"] ?? "") };
}

function date(cell: unknown): Date | undefined {
  return cell instanceof Date ? cell : undefined;
}
