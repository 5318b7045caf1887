import type { CustodyLine } from "../../pipeline/custody-file.ts";
import type { Run, SealedFile } from "../../pipeline/ports.ts";
import {
  CustodyHeaderError,
  type ReadCustodyFile,
  readCustodyFile,
} from "../../pipeline/read-custody-file.ts";
import type { OrderStep } from "../orders/carry-orders.ts";
import type { Problem, ProblemCode } from "./problems.ts";
import { type VerifyPorts, verifyLine } from "./verify-line.ts";

/** Items looked at at once. */
const AT_ONCE = 16;

export type SealedRun = Run & { readonly sealed: SealedFile };

/**
 * Verifies one run's custody file: its own bytes, its place in the chain, and each
 * item it tells of, from line `from` on.
 *
 * Returns the line to go on with when time was up.
 */
export async function verifyRun(
  run: SealedRun,
  { previous, from }: { previous: SealedRun | undefined; from: number },
  ports: VerifyPorts,
  step: Pick<OrderStep, "mayGoOn" | "keep">,
): Promise<{ problems: Problem[]; items: number; stoppedAt?: number }> {
  const { connector, runId, sealed } = run;
  const blob = `custody/${sealed.blob}`;
  const problems: Problem[] = [];
  const found = (problem: ProblemCode) => problems.push({ connector, runId, blob, problem });

  const file = await openOrTell();
  if (!file) return { problems, items: 0 };
  if (from === 0 && !isInChain(file, run, previous)) found("custody-out-of-chain");

  let lines = 0;
  let verified = from;
  let batch: (CustodyLine | "unreadable")[] = [];
  const verifyBatch = async (): Promise<void> => {
    await step.keep();
    const told = await Promise.all(
      batch.map((line) => (line === "unreadable" ? [] : verifyLine(line, run, ports))),
    );
    problems.push(...told.flat());
    for (const line of batch) if (line === "unreadable") found("custody-unreadable-line");
    verified += batch.length;
    batch = [];
  };
  for await (const line of file.lines) {
    lines += 1;
    if (lines <= from) continue;
    batch.push("unreadable" in line ? "unreadable" : line);
    if (batch.length < AT_ONCE) continue;
    if (!step.mayGoOn()) return { problems, items: verified - from, stoppedAt: verified };
    await verifyBatch();
  }
  await verifyBatch();
  if (lines !== run.fromSource) found("custody-lines-missing");
  if (file.sha256() !== sealed.sha256) found("custody-changed");
  return { problems, items: verified - from };

  async function openOrTell(): Promise<ReadCustodyFile | undefined> {
    try {
      const opened = await readCustodyFile(sealed.blob, ports.files);
      if (!opened) found("custody-missing");
      return opened;
    } catch (error) {
      if (!(error instanceof CustodyHeaderError)) throw error;
      found("custody-header-unreadable");
      return undefined;
    }
  }
}

function isInChain(
  { header }: ReadCustodyFile,
  { connector, runId, sealed, tally }: SealedRun,
  before: SealedRun | undefined,
): boolean {
  const { previous } = header;
  const follows = before
    ? previous?.blob === before.sealed.blob && previous.sha256 === before.sealed.sha256
    : previous === null;
  return (
    follows &&
    header.connector === connector &&
    header.runId === runId &&
    header.sequence === sealed.sequence &&
    header.sequence === (before?.sealed.sequence ?? 0) + 1 &&
    header.tally.available === tally.available &&
    header.tally.imported === tally.imported &&
    header.tally.rejected === tally.rejected
  );
}
