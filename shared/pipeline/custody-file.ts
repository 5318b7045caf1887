import { z } from "zod";
import { poisonCodes } from "../domain/errors.ts";
import { ITEM_KEY } from "../domain/item-key.ts";
import type { BlobPointer, Run } from "./ports.ts";

const Time = z.iso.datetime().transform((text) => new Date(text));
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Pointer = z.object({ container: z.string(), blob: z.string() });
const Counts = z.object({
  available: z.int(),
  imported: z.int(),
  partial: z.int(),
  skipped: z.int(),
  rejected: z.int(),
  pending: z.int(),
});
const Code = z.enum(poisonCodes);

/** The first line of a custody file: the run it tells of, and its place in the connector's chain. */
export const CustodyHeader = z.object({
  v: z.literal(1),
  connector: z.string(),
  runId: z.string(),
  kind: z.enum(["daily", "backfill", "redrive"]),
  window: z.object({ from: Time, until: Time }),
  openedAt: Time,
  closedAt: Time,
  sealedAt: Time,
  fromSource: z.int(),
  tally: Counts,
  sequence: z.int().positive(),
  /** The connector's file before this one; `null` for its first. */
  previous: z.object({ blob: z.string(), sha256: Sha256 }).nullable(),
});
export type CustodyHeader = Readonly<z.infer<typeof CustodyHeader>>;

/** Each further line: one item of the run. */
export const CustodyLine = z.object({
  itemKey: z.string().regex(ITEM_KEY),
  tally: Counts,
  /** The run that tells the rest; this one only met the item. */
  countedBy: z.string().optional(),
  received: z
    .object({ sourceItemId: z.string(), at: Time, mediaType: z.string(), traceparent: z.string() })
    .optional(),
  stored: z
    .object({ at: Time, size: z.int(), sha256: Sha256, raw: Pointer, receipt: z.string() })
    .optional(),
  again: z.array(z.object({ n: z.int(), by: z.string(), why: z.string(), at: Time })).default([]),
  converted: z
    .object({
      at: Time.optional(),
      email: Pointer,
      sha256: Sha256.optional(),
      mappedBy: z.array(
        z.object({
          mailbox: z.string(),
          rule: z.enum(["custom", "automatic"]),
          row: z.int().optional(),
        }),
      ),
      mailboxes: z.array(z.string()),
      sameElsewhere: z.int(),
      filesLeftOut: z.int(),
    })
    .optional(),
  rejected: z.object({ code: Code, detail: z.string(), at: Time }).optional(),
  deliveries: z
    .array(
      z.object({
        mailbox: z.string(),
        runId: z.string(),
        outcome: z.enum(["imported", "rejected", "pending"]),
        at: Time,
        internetMessageId: z.string(),
        mailboxItemId: z.string().optional(),
        reduced: z.string().optional(),
        code: Code.optional(),
        detail: z.string().optional(),
      }),
    )
    .default([]),
  actions: z
    .array(
      z.object({
        action: z.enum(["redrive", "discard"]),
        by: z.string(),
        why: z.string(),
        at: Time,
        mailbox: z.string().optional(),
        code: Code.optional(),
        detail: z.string().optional(),
        runId: z.string().optional(),
      }),
    )
    .default([]),
});
export type CustodyLine = Readonly<z.infer<typeof CustodyLine>>;

/** Where a run's custody file lies: by the UTC day on which its window ended. */
export function custodyPointer({ connector, runId, window }: Run): BlobPointer {
  const day = window.until.toISOString().slice(0, 10).replaceAll("-", "/");
  return { container: "custody", blob: `${connector}/${day}/${runId}.jsonl` };
}
