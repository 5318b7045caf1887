import { outlineEml } from "../connectors/eml/outline-eml.ts";
import { mailItem, mailItemFromOutline } from "../connectors/mail-item.ts";
import { endOfDay } from "../domain/blob-names.ts";
import type { MailItem } from "../domain/mail-item.ts";
import type { ImportJob } from "./import-job.ts";
import type { Configuration, Emails } from "./ports.ts";
import { WHOLE_BYTES } from "./read-item.ts";
import { gather } from "./streams.ts";

/**
 * Reads a job's email and makes of it what the mailbox is given.
 *
 * Up to 10 MB the email is read whole; above, twice as a stream: first for sizes
 * and hashes, then file by file as they are uploaded.
 */
export function prepareImport({
  configuration,
  emails,
}: {
  configuration: Configuration;
  emails: Emails;
}): (job: ImportJob) => Promise<MailItem> {
  return async (job) => {
    const connector = await configuration.connector(job.connector);
    // Only emails whose time conversion has found plausible come here; no look into the ledger is needed.
    const receivedAt = endOfDay(job.email.blob);
    const isRendered = job.email.container === "emails";
    const context = { delivery: job, connector, receivedAt, isRendered };

    const { size, chunks } = await emails.open(job.email);
    if (size <= WHOLE_BYTES) return mailItem(await gather(chunks), context);

    const outline = await outlineEml(chunks, {
      name: connector.name,
      receivedAt,
      isRendered,
    });
    const open = async () => (await emails.open(job.email)).chunks;
    return mailItemFromOutline(outline, open, context);
  };
}
