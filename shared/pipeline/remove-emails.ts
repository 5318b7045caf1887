import { emailName } from "../domain/blob-names.ts";
import { eachLimited } from "./each-limited.ts";
import type { Emails, ItemRow, Ledger, Run, Runs } from "./ports.ts";

/** A rendered email is kept so long after its run was closed: for whoever looks into what was imported. */
export const EMAILS_KEPT_MS = 30 * 24 * 3_600_000;

const AT_ONCE = 16;

export interface RemoveEmailsPorts {
  readonly emails: Emails;
  readonly ledger: Ledger;
  readonly runs: Runs;
  readonly now: () => Date;
}

/**
 * Deletes the rendered emails of a run that have served: every delivery is in its
 * mailbox, and the raw item is kept. What is set aside keeps its email until an
 * operator has redriven or discarded it.
 *
 * Returns false when time was up; the next pass goes through the run again.
 */
export async function removeServedEmails(
  run: Run,
  ports: RemoveEmailsPorts,
  mayGoOn: () => boolean,
): Promise<boolean> {
  let complete = true;
  await eachLimited(ports.runs.items(run.runId), AT_ONCE, async ({ itemKey }) => {
    if (!mayGoOn()) {
      complete = false;
      return;
    }
    const item = await ports.ledger.item(itemKey);
    if (item?.runId !== run.runId || item.state !== "converted") return;
    const rows = await ports.ledger.deliveries(itemKey);
    const hasServed = rows.every(({ state, discardedAt }) => state === "imported" || discardedAt);
    if (hasServed) await removeEmails(item, ports);
  });
  if (complete) await ports.runs.change(run, { chore: null });
  return complete;
}

/** Deletes what was rendered of an item, by each of its conversions. A raw email is evidence, and stays. */
export async function removeEmails(
  item: ItemRow,
  { emails, ledger, now }: Pick<RemoveEmailsPorts, "emails" | "ledger" | "now">,
): Promise<void> {
  if (item.email?.container !== "emails" || item.emailRemovedAt) return;
  for (let n = 0; n <= item.restarts; n += 1) {
    await emails.remove(emailName(item.connector, item.receivedAt, item.itemKey, n));
  }
  await ledger.recordItem(item.itemKey, { emailRemovedAt: now(), changedAt: item.changedAt });
}
