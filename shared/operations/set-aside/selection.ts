import { z } from "zod";
import { poisonCodes } from "../../domain/errors.ts";
import { ITEM_KEY } from "../../domain/item-key.ts";

/** An order must fit one row of a table. */
const MOST_NAMED = 5_000;

/** What of all that is set aside an operator means: everything named here must hold. */
export const Selection = z.strictObject({
  items: z
    .array(z.string().regex(ITEM_KEY, "must be an item key, i- and 32 hex digits"))
    .max(
      MOST_NAMED,
      `must not name more than ${MOST_NAMED} items: select by code, connector or day`,
    )
    .optional(),
  code: z.enum(poisonCodes, { error: `must be one of ${poisonCodes.join(", ")}` }).optional(),
  connector: z.string().optional(),
  /** UTC days on which the source received the item, both inside. */
  from: z.iso.date("must be a day, yyyy-MM-dd").optional(),
  until: z.iso.date("must be a day, yyyy-MM-dd").optional(),
});
export type Selection = Readonly<z.infer<typeof Selection>>;

/** Whether it names anything at all: what selects everything is a slip, until someone says so. */
export function isEmpty(selection: Selection): boolean {
  return Object.values(selection).every((value) => value === undefined);
}

/** Whether an item received at this moment lies within the selection's days. */
export function isInDays({ from, until }: Selection, receivedAt: Date): boolean {
  const day = receivedAt.toISOString().slice(0, 10);
  return (from === undefined || day >= from) && (until === undefined || day <= until);
}
