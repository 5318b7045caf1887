import { deliveryKey } from "../../shared/domain/item-key.ts";
import type { MailItem } from "../../shared/domain/mail-item.ts";
import type { ImportJob } from "../../shared/pipeline/import-job.ts";

/** Deliveries by number, made when they are asked for. */
export interface JobSet {
  readonly count: number;
  readonly job: (n: number) => ImportJob;
  /** The number of a delivery. */
  readonly numberOf: (job: Pick<ImportJob, "itemKey">) => number;
}

const AT = new Date("2026-01-05T04:00:00Z");

export function jobSet(count: number, mailboxOf: (n: number) => string): JobSet {
  return {
    count,
    numberOf: ({ itemKey }) => Number.parseInt(itemKey.slice(2), 16),
    job: (n) => ({
      v: 1,
      connector: "wechat",
      itemKey: `i-${n.toString(16).padStart(32, "0")}`,
      mailbox: mailboxOf(n),
      email: { container: "raw", blob: `wechat/2026/01/05/${n}.eml` },
      runId: "daily-20260105T053000000Z",
      traceparent: "",
      deferrals: 0,
    }),
  };
}

/** What a delivery writes: a chat line. Its subject is its number. */
export function smallItem(job: ImportJob, n: number): MailItem {
  const key = deliveryKey(job);
  return {
    folder: { name: "WeChat Archiver", parent: "root" },
    category: "WeChat",
    itemClass: "IPM.Note",
    internetMessageId: `<${key}@archive.invalid>`,
    key,
    subject: String(n),
    body: { type: "text", content: "Shall we meet at nine, in the usual place?" },
    from: { address: "ann@contoso.com" },
    to: [{ address: "bob@contoso.com" }],
    at: AT,
    headers: [],
    files: [],
    async *openFiles() {
      // It has none.
    },
  };
}
