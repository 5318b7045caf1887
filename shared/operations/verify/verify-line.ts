import { createHash } from "node:crypto";
import type { CustodyLine } from "../../pipeline/custody-file.ts";
import type {
  BlobPointer,
  DeliveryRow,
  ItemRow,
  Ledger,
  StoredFiles,
} from "../../pipeline/ports.ts";
import { Receipt } from "../../pipeline/receipt.ts";
import { gather } from "../../pipeline/streams.ts";
import type { Problem, ProblemCode } from "./problems.ts";

export interface VerifyPorts {
  readonly files: StoredFiles;
  readonly ledger: Ledger;
}

/**
 * Holds what custody says of an item against the bytes that are kept and against
 * the ledger. An item that another run tells is looked at with that one.
 */
export async function verifyLine(
  line: CustodyLine,
  { connector, runId }: { connector: string; runId: string },
  ports: VerifyPorts,
): Promise<Problem[]> {
  const { itemKey, stored, converted } = line;
  if (!stored) return [];
  const problems: Problem[] = [];
  const found = (problem: ProblemCode, { container, blob }: BlobPointer) =>
    problems.push({ connector, runId, itemKey, problem, blob: `${container}/${blob}` });

  const raw = await hashOf(stored.raw, ports.files);
  if (!raw) found("raw-missing", stored.raw);
  else if (raw.sha256 !== stored.sha256 || raw.size !== stored.size) {
    found("raw-changed", stored.raw);
  }

  const receipt = { container: "receipts", blob: stored.receipt };
  const receiptProblem = await verifyReceipt(line, ports.files);
  if (receiptProblem) found(receiptProblem, receipt);

  const item = await ports.ledger.item(itemKey);
  const row = { container: "Items", blob: itemKey };
  if (!item) found("ledger-row-missing", row);
  else if (item.sha256 !== stored.sha256 || item.size !== stored.size) {
    found("ledger-row-differs", row);
  }

  if (converted?.email.container === "emails") {
    const email = await hashOf(converted.email, ports.files);
    // It was deleted, having served; what is deleted otherwise is missed.
    if (!email && !item?.emailRemovedAt) found("email-missing", converted.email);
    if (email && converted.sha256 !== undefined && email.sha256 !== converted.sha256) {
      found("email-changed", converted.email);
    }
  }
  const rows = await ports.ledger.deliveries(itemKey);
  for (const { problem, mailbox } of deliveryProblems(line, item, rows)) {
    found(problem, { container: "Deliveries", blob: `${itemKey}/${mailbox}` });
  }
  return problems;
}

async function verifyReceipt(
  { stored, received, itemKey }: CustodyLine,
  files: StoredFiles,
): Promise<ProblemCode | undefined> {
  const file = await files.open({ container: "receipts", blob: stored?.receipt ?? "" });
  if (!file) return "receipt-missing";
  let receipt: Receipt;
  try {
    receipt = Receipt.parse(JSON.parse((await gather(file.chunks)).toString()));
  } catch {
    return "receipt-changed";
  }
  const isSame =
    receipt.itemKey === itemKey &&
    receipt.sha256 === stored?.sha256 &&
    receipt.size === stored.size &&
    receipt.raw.blob === stored.raw.blob &&
    receipt.collectedAt === stored.at.toISOString() &&
    receipt.sourceItemId === received?.sourceItemId &&
    receipt.receivedAt === received.at.toISOString() &&
    receipt.mediaType === received.mediaType &&
    receipt.traceparent === received.traceparent;
  return isSame ? undefined : "receipt-changed";
}

/** What was imported never changes; what was rejected may have been taken up again since. */
function deliveryProblems(
  { deliveries }: CustodyLine,
  item: ItemRow | undefined,
  rows: readonly DeliveryRow[],
): { problem: ProblemCode; mailbox: string }[] {
  if (!item) return [];
  const problems: { problem: ProblemCode; mailbox: string }[] = [];
  for (const { mailbox, outcome, mailboxItemId } of deliveries) {
    if (outcome !== "imported") continue;
    const row = rows.find((it) => it.mailbox === mailbox);
    const isSame = row?.state === "imported" && row.mailboxItemId === mailboxItemId;
    if (!row) problems.push({ problem: "delivery-row-missing", mailbox });
    else if (!isSame) problems.push({ problem: "delivery-row-differs", mailbox });
  }
  return problems;
}

async function hashOf(
  pointer: BlobPointer,
  files: StoredFiles,
): Promise<{ size: number; sha256: string } | undefined> {
  const file = await files.open(pointer);
  if (!file) return undefined;
  const hash = createHash("sha256");
  for await (const chunk of file.chunks) hash.update(chunk);
  return { size: file.size, sha256: hash.digest("hex") };
}
