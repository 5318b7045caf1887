import { z } from "zod";
import { ITEM_KEY } from "../domain/item-key.ts";
import type { ItemRow } from "./ports.ts";

/**
 * One delivery to be made, as it lies in the queue `import-jobs`.
 *
 * Ids and pointers only. What a person wrote, and who that was, stays in the
 * email: queues are read by support staff, copied into poison and into tickets.
 * Nothing else may stand in an entry: the host lets properties of an entry
 * override its own metadata, the number of tries among them.
 */
export const ImportJob = z.strictObject({
  v: z.literal(1),
  connector: z.string().min(1),
  // Never a bare number: the host parses queue texts as JSON, and a long number loses digits.
  itemKey: z.string().regex(ITEM_KEY),
  mailbox: z.string().min(1),
  // Else whoever may write to the queue could have any blob of the account imported.
  email: z.strictObject({ container: z.string().regex(/^(raw|emails)$/), blob: z.string() }),
  runId: z.string(),
  traceparent: z.string(),
  deferrals: z.int().nonnegative(),
});
export type ImportJob = Readonly<z.infer<typeof ImportJob>>;

/** The import job of one of an item's deliveries. */
export function jobOf(item: ItemRow, mailbox: string): ImportJob {
  const { connector, itemKey, raw, email = raw, runId, traceparent } = item;
  return { v: 1, connector, itemKey, mailbox, email, runId, traceparent, deferrals: 0 };
}
