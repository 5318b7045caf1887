import { z } from "zod";
import { receiptName } from "../domain/blob-names.ts";
import { RejectedItemError } from "../domain/errors.ts";
import { ITEM_KEY } from "../domain/item-key.ts";

/**
 * What is known of an item as received: the first line of its chain of custody,
 * and the blob whose creation starts its conversion.
 */
export const Receipt = z.object({
  v: z.literal(1),
  connector: z.string(),
  itemKey: z.string().regex(ITEM_KEY),
  sourceItemId: z.string(),
  /** When the source received it, UTC. */
  receivedAt: z.iso.datetime(),
  /** When we stored it, UTC. */
  collectedAt: z.iso.datetime(),
  mediaType: z.enum(["message/rfc822", "application/json"]),
  size: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  raw: z.object({ container: z.string(), blob: z.string() }),
  runId: z.string(),
  traceparent: z.string(),
  /** The ledger that it was written under; see `Ledger.begin`. */
  ledgerSince: z.iso.datetime().optional(),
  /** On a further receipt: who has the item converted again, and why. */
  again: z
    .object({ n: z.int().positive(), by: z.string(), why: z.string(), at: z.iso.datetime() })
    .optional(),
});
export type Receipt = Readonly<z.infer<typeof Receipt>>;

/** Throws `RejectedItemError` (`malformed`) for bytes that are no receipt. */
export function readReceiptBytes(bytes: Uint8Array): Receipt {
  try {
    return Receipt.parse(JSON.parse(Buffer.from(bytes).toString()));
  } catch {
    // Without a cause: both parsers quote what they could not read.
    throw new RejectedItemError("malformed", "receipt-unreadable");
  }
}

/** What the ledger keeps of a receipt; `receipt` names the item's first one, whichever this is. */
export function receivedItem(receipt: Receipt) {
  const { connector, itemKey, sourceItemId, mediaType, size, sha256 } = receipt;
  const { raw, runId, traceparent, ledgerSince } = receipt;
  const receivedAt = new Date(receipt.receivedAt);
  return {
    itemKey,
    connector,
    sourceItemId,
    receivedAt,
    mediaType,
    size,
    sha256,
    raw,
    receipt: receiptName(connector, receivedAt, itemKey),
    runId,
    traceparent,
    collectedAt: new Date(receipt.collectedAt),
    ...(ledgerSince !== undefined && { ledgerSince: new Date(ledgerSince) }),
  };
}
