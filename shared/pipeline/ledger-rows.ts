import type { BlobPointer, DeliveryRow, EntryPointer, ItemRow } from "./ports.ts";
import type { Cells, StoredRow } from "./table.ts";

export function itemRow({ partition, cells }: StoredRow): ItemRow {
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
    ...optional<ItemRow>(cells, [
      "state",
      "code",
      "detail",
      "waitUntil",
      "mappedBy",
      "ledgerSince",
      "convertedAt",
      "emailSha256",
      "emailRemovedAt",
      "discardedAt",
    ]),
  };
}

export function deliveryRow({ partition, row, cells }: StoredRow): DeliveryRow {
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
      "importedAt",
      "discardedAt",
    ]),
  };
}

/** The named cells that are there. Their types are what this file wrote. */
export function optional<T>(cells: StoredRow["cells"], names: (keyof T & string)[]): Partial<T> {
  const found = names.filter((name) => cells[name] !== undefined && cells[name] !== null);
  return Object.fromEntries(found.map((name) => [name, cells[name]])) as Partial<T>;
}

export function pointer(name: string, { container, blob }: BlobPointer): Cells {
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

export function date(cell: unknown): Date | undefined {
  return cell instanceof Date ? cell : undefined;
}
