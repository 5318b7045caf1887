import { z } from "zod";
import { ITEM_KEY } from "../../domain/item-key.ts";
import type { OperationsPorts } from "../ports.ts";

const Discarded = z.object({
  items: z.array(z.object({ itemKey: z.string().regex(ITEM_KEY), mailbox: z.string().optional() })),
});

/** What was discarded is not set aside again: the operators' own chain tells of it. */
export async function restoreDiscards({ operationLog, ledger }: OperationsPorts): Promise<number> {
  let restored = 0;
  for await (const { entry } of operationLog.entries()) {
    const discarded = entry?.action === "discard" ? Discarded.safeParse(entry.detail) : undefined;
    if (!entry || !discarded?.success) continue;
    const at = new Date(entry.at);
    for (const { itemKey, mailbox } of discarded.data.items) {
      const of = { itemKey, ...(mailbox !== undefined && { mailbox }) };
      const row = await rowOf(of);
      if (row?.state !== "rejected" || row.discardedAt || row.changedAt > at) continue;
      await ledger.recordAction(itemKey, {
        action: "discard",
        by: entry.by,
        why: entry.why ?? "",
        at,
        mailbox,
        code: row.code,
      });
      await ledger.recordDiscard(of, at);
      await ledger.unlistSetAside({ ...of, at: row.changedAt });
      restored += 1;
    }
  }
  return restored;

  async function rowOf({ itemKey, mailbox }: { itemKey: string; mailbox?: string }) {
    if (mailbox === undefined) return ledger.item(itemKey);
    return (await ledger.deliveries(itemKey)).find((it) => it.mailbox === mailbox);
  }
}
