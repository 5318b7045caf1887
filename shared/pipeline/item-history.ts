import { receiptName } from "../domain/blob-names.ts";
import { internetMessageId } from "../domain/item-key.ts";
import type { MappingResult } from "../domain/mapping.ts";
import type { DeliveryRow, ItemAction, ItemRow, Ledger, StoredFiles } from "./ports.ts";
import { Receipt } from "./receipt.ts";
import { gather } from "./streams.ts";

/** What is on record of one item: who did what to it, when, and with which bytes. No name, number or address. */
export interface ItemHistory {
  readonly item: ItemRow;
  /** The further receipts: who had it converted again, and why. */
  readonly again: readonly NonNullable<Receipt["again"]>[];
  readonly mappedBy: readonly Extract<MappingResult, { kind: "mapped" }>[];
  readonly deliveries: readonly (DeliveryRow & { readonly internetMessageId: string })[];
  readonly actions: readonly ItemAction[];
}

export interface HistoryPorts {
  readonly ledger: Ledger;
  readonly files: StoredFiles;
}

export async function itemHistory(
  item: ItemRow,
  { ledger, files }: HistoryPorts,
): Promise<ItemHistory> {
  const [deliveries, actions, again] = await Promise.all([
    ledger.deliveries(item.itemKey),
    ledger.actions(item.itemKey),
    furtherReceipts(item, files),
  ]);
  return {
    item,
    again,
    mappedBy: item.mappedBy === undefined ? [] : JSON.parse(item.mappedBy),
    deliveries: deliveries.map((row) => ({ ...row, internetMessageId: internetMessageId(row) })),
    actions,
  };
}

async function furtherReceipts(
  { connector, receivedAt, itemKey, restarts }: ItemRow,
  files: StoredFiles,
): Promise<NonNullable<Receipt["again"]>[]> {
  const found: NonNullable<Receipt["again"]>[] = [];
  for (let n = 1; n <= restarts; n += 1) {
    const blob = receiptName(connector, receivedAt, itemKey, n);
    // A job that was put back counts as a restart too, and has no receipt.
    const file = await files.open({ container: "receipts", blob });
    const receipt = file && Receipt.parse(JSON.parse((await gather(file.chunks)).toString()));
    if (receipt?.again) found.push(receipt.again);
  }
  return found;
}
