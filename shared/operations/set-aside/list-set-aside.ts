import type { PoisonCode } from "../../domain/errors.ts";
import type { DeliveryRow, EntryPointer, ItemRow, Ledger, SetAside } from "../../pipeline/ports.ts";
import { isInDays, type Selection } from "./selection.ts";

/** Rows of the list looked up in the ledger at once. */
const AT_ONCE = 32;

/** Something set aside, as the ledger knows it now. */
export interface SetAsideEntry {
  readonly listed: SetAside;
  readonly item: ItemRow;
  /** Absent: the item, which then has no deliveries. */
  readonly delivery?: DeliveryRow;
  readonly code: PoisonCode;
  readonly detail: string;
  readonly poisonEntry?: EntryPointer;
}

/**
 * What is set aside and selected, by item key.
 *
 * The list is a hint that never misses anything: each row is checked against the
 * ledger, and one whose delivery was imported after all is taken off.
 */
export async function* listSetAside(
  selection: Selection,
  ledger: Ledger,
  options: { before?: Date; after?: Pick<SetAside, "itemKey" | "mailbox"> } = {},
): AsyncGenerator<SetAsideEntry> {
  const wanted = selection.items && new Set(selection.items);
  let batch: SetAside[] = [];
  for await (const row of ledger.setAside(options.after)) {
    if (options.before && row.at >= options.before) continue;
    if (wanted && !wanted.has(row.itemKey)) continue;
    if (selection.code && row.code !== selection.code) continue;
    if (selection.connector && row.connector !== selection.connector) continue;
    batch.push(row);
    if (batch.length < AT_ONCE) continue;
    yield* await known(batch);
    batch = [];
  }
  yield* await known(batch);

  async function known(rows: readonly SetAside[]): Promise<SetAsideEntry[]> {
    const entries = await Promise.all(rows.map((row) => entryOf(row, ledger)));
    return entries.filter(
      (entry) => entry !== undefined && isInDays(selection, entry.item.receivedAt),
    ) as SetAsideEntry[];
  }
}

async function entryOf(listed: SetAside, ledger: Ledger): Promise<SetAsideEntry | undefined> {
  const { itemKey, mailbox } = listed;
  const item = await ledger.item(itemKey);
  if (!item) return undefined;
  if (mailbox === undefined) {
    if (item.state !== "rejected" || item.discardedAt) return undefined;
    return { listed, item, ...reasonOf(item, listed) };
  }
  const delivery = (await ledger.deliveries(itemKey)).find((row) => row.mailbox === mailbox);
  if (delivery?.state === "imported") await ledger.unlistSetAside(listed);
  if (delivery?.state !== "rejected" || delivery.discardedAt) return undefined;
  return { listed, item, delivery, ...reasonOf(delivery, listed) };
}

function reasonOf({ code, detail = "", poisonEntry }: ItemRow | DeliveryRow, listed: SetAside) {
  return { code: code ?? listed.code, detail, ...(poisonEntry && { poisonEntry }) };
}

/** How many are set aside, by connector and code. */
export async function countSetAside(
  ledger: Ledger,
): Promise<Record<string, Partial<Record<PoisonCode, number>>>> {
  const counts: Record<string, Partial<Record<PoisonCode, number>>> = {};
  for await (const listed of ledger.setAside()) {
    const { connector, code, mailbox } = listed;
    // One that another host brought in after all would else be told for ever.
    if (mailbox !== undefined && !(await entryOf(listed, ledger))) continue;
    const before = counts[connector];
    counts[connector] = { ...before, [code]: (before?.[code] ?? 0) + 1 };
  }
  return counts;
}
