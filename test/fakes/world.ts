import { createHash } from "node:crypto";
import { receiptName } from "../../shared/domain/blob-names.ts";
import type { Delivery } from "../../shared/domain/delivery.ts";
import { DeferredError, RejectedItemError } from "../../shared/domain/errors.ts";
import type { MailItem } from "../../shared/domain/mail-item.ts";
import { tableCheckpoints } from "../../shared/pipeline/checkpoints.ts";
import { tableCustodyChains } from "../../shared/pipeline/custody-chains.ts";
import type { ImportJob } from "../../shared/pipeline/import-job.ts";
import { tableLedger } from "../../shared/pipeline/ledger.ts";
import type {
  ClosedGate,
  Gates,
  Ledger,
  Log,
  LogFields,
  Mailboxes,
} from "../../shared/pipeline/ports.ts";
import { tableRuns } from "../../shared/pipeline/runs.ts";
import { memoryBlobs } from "./memory-blobs.ts";
import { memoryQueue } from "./memory-queue.ts";
import { memoryTable } from "./memory-table.ts";
import { memoryTelemetry } from "./memory-telemetry.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const nine = new Date("2026-01-05T09:00:00Z");

/** Every port in memory, and a clock that only the test moves. */
export function world(at: Date = nine) {
  const clock = { now: at };
  const now = () => clock.now;
  const tables = {
    checkpoints: memoryTable(),
    runs: memoryTable(),
    runItems: memoryTable(),
    items: memoryTable(),
    deliveries: memoryTable(),
  };
  let traces = 0;
  return {
    clock,
    now,
    pass(ms: number) {
      clock.now = new Date(clock.now.getTime() + ms);
    },
    tables,
    ...memoryBlobs(),
    ledger: tableLedger(tables),
    runs: tableRuns(tables),
    checkpoints: tableCheckpoints(tables.checkpoints, now),
    custodyChains: tableCustodyChains(tables.checkpoints, now),
    queue: memoryQueue(),
    mailboxes: memoryMailboxes(),
    sweepStaging: async () => ({ removed: 0, kept: 0 }),
    gates: memoryGates(),
    log: memoryLog(),
    telemetry: memoryTelemetry(),
    newTraceparent() {
      traces += 1;
      return `00-${String(traces).padStart(32, "0")}-${"1".repeat(16)}-01`;
    },
  };
}

/** Keeps what was written, so that a test can read the mailbox afterwards. */
export function memoryMailboxes(): Mailboxes & {
  contents(mailbox: string): string[];
  /** What the items in it are called: one name twice is an item twice. */
  keys(mailbox: string): string[];
  /** From now on Exchange refuses whatever this mailbox is given. */
  refuse(mailbox: string | undefined): void;
  /** From now on this mailbox takes an item, and says that it refused it. */
  loseAnswers(mailbox: string | undefined): void;
} {
  const written: (Delivery & { key: string; subject: string })[] = [];
  let refused: string | undefined;
  let losing: string | undefined;
  return {
    contents: (mailbox) => written.filter((it) => it.mailbox === mailbox).map((it) => it.subject),
    keys: (mailbox) => written.filter((it) => it.mailbox === mailbox).map(({ key }) => key),
    refuse(mailbox) {
      refused = mailbox;
    },
    loseAnswers(mailbox) {
      losing = mailbox;
    },
    async find(_delivery, item) {
      return written.find(({ key }) => key === item.key)?.key;
    },
    async add(delivery, item) {
      const { mailbox } = delivery;
      if (mailbox === refused) throw new RejectedItemError("rejected-by-exchange", "refused");
      written.push({ ...delivery, key: item.key, subject: item.subject });
      if (mailbox === losing) throw new RejectedItemError("rejected-by-exchange", "lost");
      return { mailboxItemId: item.key };
    },
  };
}

/** Gates that remember who crowds, and turn nobody away. */
export function memoryGates(): Gates & { readonly crowded: ReadonlySet<string> } {
  const gates = new Map<string, ClosedGate>();
  const crowded = new Set<string>();
  return {
    crowded,
    async closed(gate) {
      return gates.get(gate);
    },
    async close(gate, closed) {
      gates.set(gate, closed);
    },
    async open(gate) {
      gates.delete(gate);
    },
    async crowd(mailbox) {
      crowded.add(mailbox);
    },
    async enter() {
      return { kind: "entered", leave: async () => {} };
    },
  };
}

export function memoryLog(): Log & {
  lines: { level: string; message: string; fields: LogFields }[];
} {
  const lines: ReturnType<typeof memoryLog>["lines"] = [];
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}) => {
      lines.push({ level, message, fields });
    };
  return { lines, info: at("info"), warn: at("warn"), error: at("error") };
}

/** A mail item of a delivery, with nothing in it but its subject. */
export function mailItem(delivery: Delivery, subject = "Hello"): MailItem {
  const key = createHash("sha256").update(`${delivery.itemKey}${delivery.mailbox}`).digest("hex");
  return {
    folder: { name: "WeChat Archiver", parent: "root" },
    category: "WeChat",
    itemClass: "IPM.Note",
    internetMessageId: `<${key}@archive.invalid>`,
    key,
    subject,
    body: { type: "text", content: subject },
    from: { address: "ann@contoso.com" },
    to: [{ address: "bob@contoso.com" }],
    at: nine,
    headers: [],
    files: [],
    async *openFiles() {
      // No files.
    },
  };
}

/** The ledger knows a job's item from its receipt on, as collect leaves it. */
export async function received(ledger: Ledger, job: ImportJob): Promise<void> {
  const { itemKey, connector, runId, traceparent, email } = job;
  const ledgerSince = await ledger.begin(nine);
  await ledger.recordReceived({
    itemKey,
    connector,
    sourceItemId: itemKey,
    receivedAt: nine,
    mediaType: "message/rfc822",
    size: 1,
    sha256: "0".repeat(64),
    raw: email,
    receipt: receiptName(connector, nine, itemKey),
    runId,
    traceparent,
    collectedAt: nine,
    ledgerSince,
  });
}

/** A port function of a host that dies. */
export const dies = async (): Promise<never> => {
  throw new Error("the host died");
};

export const throttled = (retryAfterMs: number) => async (): Promise<never> => {
  throw new DeferredError("graph-throttled", {
    on: "mailbox",
    retryAfterMs,
    nothingWritten: true,
  });
};
