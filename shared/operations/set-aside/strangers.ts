import { sha256 } from "../../domain/item-key.ts";
import type { PoisonEntry } from "../../pipeline/ports.ts";
import type { OperationsPorts } from "../ports.ts";

/** An entry of a poison queue that stands for no item: something else wrote it. Its text may hold anything. */
export interface Stranger {
  readonly queue: PoisonEntry["queue"];
  readonly messageId: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Looks through both poison queues for entries that stand for no item, and removes
 * those named. What is set aside never needs this: it is listed in the tables.
 *
 * Each entry is taken once and put back, so that the queue comes round; ends when
 * it has, or when `mayGoOn` says no.
 */
export async function findStrangers(
  { ledger, poison }: Pick<OperationsPorts, "ledger" | "poison">,
  options: { mayGoOn: () => boolean; discard?: readonly string[] },
): Promise<{ strangers: Stranger[]; discarded: number }> {
  const unwanted = new Set(options.discard);
  const strangers: Stranger[] = [];
  let discarded = 0;
  for (const queue of ["jobs", "blobs"] as const) {
    const seen = new Set<string>();
    for (let hasNews = true; hasNews && options.mayGoOn(); ) {
      const entries = await poison.receive(queue);
      hasNews = entries.some(({ messageId }) => !seen.has(messageId));
      for (const entry of entries) {
        const isStranger = !(await isKnown(entry, ledger));
        if (isStranger && unwanted.has(entry.messageId)) {
          if (await poison.remove(queue, entry)) discarded += 1;
          continue;
        }
        await poison.putBack(entry);
        if (isStranger && !seen.has(entry.messageId)) strangers.push(told(entry));
        seen.add(entry.messageId);
      }
    }
  }
  return { strangers, discarded };
}

async function isKnown(
  { entry, queue }: PoisonEntry,
  ledger: OperationsPorts["ledger"],
): Promise<boolean> {
  const itemKey = entry?.["itemKey"];
  if (typeof itemKey === "string") return (await ledger.item(itemKey)) !== undefined;
  // A receipt that the host gave up on: `reconcile` takes it up.
  return queue === "blobs" && entry?.["ContainerName"] === "receipts";
}

function told({ queue, messageId, text }: PoisonEntry): Stranger {
  return { queue, messageId, bytes: Buffer.byteLength(text), sha256: sha256(text) };
}
