import { sameMessageKey } from "../connectors/same-message.ts";
import { RejectedItemError } from "../domain/errors.ts";
import type { Connector } from "./connector.ts";
import { fitEmail } from "./fit-email.ts";
import { jobOf } from "./import-job.ts";
import { mapMessage } from "./map-message.ts";
import type { Configuration, Directory, Emails, ItemRow } from "./ports.ts";
import { readItem } from "./read-item.ts";
import type { RejectPorts } from "./reject.ts";

export interface ConvertPorts extends RejectPorts {
  readonly configuration: Configuration;
  readonly directory: Directory;
  readonly emails: Emails;
  readonly now: () => Date;
}

/**
 * Turns one item into an email, maps its participants, and puts one import job
 * into the queue for each mailbox. `n` counts the item's further conversions.
 *
 * The jobs are put there before the ledger says so: a host that dies in between
 * leaves jobs that come twice, which the claims make harmless, never an item
 * that is thought converted and has none.
 *
 * Throws `RejectedItemError` and `DeferredError`.
 */
export async function convertItem(
  item: ItemRow,
  n: number,
  ports: ConvertPorts,
): Promise<{ jobs: number }> {
  const { configuration, emails, ledger, queue, now } = ports;
  const connector = await configuration.connector(item.connector);
  refuseOversize(item, connector);

  const read = await readItem(item, connector, emails);
  const at = read.message.sentAt ?? item.receivedAt;
  const mapping = await mapMessage(read.message.participants, connector, at, ports);
  if (mapping.mailboxes.length === 0) {
    throw new RejectedItemError("unmapped", "no-participant-mapped");
  }

  const { email, emailSha256, filesLeftOut } = await fitEmail(read, {
    item,
    n,
    connector,
    mapped: mapping.mapped,
    emails,
  });
  const mailboxes = await withoutSame(mapping.mailboxes);
  for (const mailbox of mailboxes) {
    await queue.add(jobOf({ ...item, email }, mailbox));
  }
  const convertedAt = now();
  await ledger.recordItem(item.itemKey, {
    state: "converted",
    mailboxes,
    sameElsewhere: mapping.mailboxes.length - mailboxes.length,
    mappedBy: JSON.stringify(mapping.mappedBy),
    email,
    emailSha256,
    filesLeftOut,
    convertedAt,
    changedAt: convertedAt,
  });
  return { jobs: mailboxes.length };

  /** Under `dedupe`, only the mailboxes that have the message from no other custodian's item. */
  async function withoutSame(all: readonly string[]): Promise<readonly string[]> {
    const key = connector.dedupe === "acrossCustodians" ? sameMessageKey(read.message) : undefined;
    if (key === undefined) return all;
    const first: string[] = [];
    for (const mailbox of all) {
      const delivery = { itemKey: item.itemKey, mailbox };
      if (await ledger.isFirstOf(`${connector.id}-${key}`, delivery)) first.push(mailbox);
    }
    return first;
  }
}

/** An email above the limit need not be read to be refused. */
function refuseOversize({ mediaType, size }: ItemRow, { limits }: Connector): void {
  if (
    mediaType === "message/rfc822" &&
    limits.oversize === "reject" &&
    size > limits.maxItemBytes
  ) {
    throw new RejectedItemError("oversize", `${size}-bytes-of-${limits.maxItemBytes}`);
  }
}
