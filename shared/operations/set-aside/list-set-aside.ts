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
    if (options.before && row.at > options.before) continue;
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
  const delivery =
    mailbox === undefined
      ? undefined
      : (await ledger.deliveries(itemKey)).find((row) => row.mailbox === mailbox);
  const row = mailbox === undefined ? item : delivery;
  if (row?.state === "rejected" && !row.discardedAt) {
    return { listed, item, ...(delivery && { delivery }), ...reasonOf(row, listed) };
  }
  // What has its outcome by now was left here by a host that died; what is under way may come back.
  if (row?.discardedAt || row?.state === "imported" || row?.state === "converted") {
    await ledger.unlistSetAside(listed);
  }
  return undefined;
}

function reasonOf({ code, detail = "", poisonEntry }: ItemRow | DeliveryRow, listed: SetAside) {
  return { code: code ?? listed.code, detail, ...(poisonEntry && { poisonEntry }) };
}

/** Above so many, rows are counted as they are listed: one too many is no matter then. */
const MOST_VERIFIED = 2_000;

/** How many are set aside, by connector and code. */
export async function countSetAside(
  ledger: Ledger,
): Promise<Record<string, Partial<Record<PoisonCode, number>>>> {
  let listed: SetAside[] = [];
  for await (const row of ledger.setAside()) listed.push(row);
  if (listed.length <= MOST_VERIFIED) {
    const entries = listSetAside({}, ledger);
    listed = [];
    for await (const entry of entries) listed.push(entry.listed);
  }
  const counts: Record<string, Partial<Record<PoisonCode, number>>> = {};
  for (const { connector, code } of listed) {
    const before = counts[connector];
    counts[connector] = { ...before, [code]: (before?.[code] ?? 0) + 1 };
  }
  return counts;
}
