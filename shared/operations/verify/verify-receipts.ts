import { eachLimited } from "../../pipeline/each-limited.ts";
import type { Ledger, Run, Runs, StoredFiles } from "../../pipeline/ports.ts";
import { receiptsOf, type Unit } from "../scan/units.ts";
import type { Problem } from "./problems.ts";

const AT_ONCE = 16;

/** Whether everything that was received in a unit is known to the ledger and counted by its run. */
export async function verifyReceipts(
  unit: Unit,
  { files, ledger, runs }: { files: StoredFiles; ledger: Ledger; runs: Runs },
): Promise<Problem[]> {
  const { connector } = unit;
  const problems: Problem[] = [];
  const known = new Map<string, Promise<Run | undefined>>();
  const runOf = (runId: string) => {
    const asked = known.get(runId) ?? runs.get(connector, runId);
    known.set(runId, asked);
    return asked;
  };
  await eachLimited(receiptsOf(unit, files), AT_ONCE, async ({ blob, itemKey }) => {
    const found = (problem: Problem["problem"], runId?: string) =>
      problems.push({
        connector,
        itemKey,
        blob: `receipts/${blob}`,
        problem,
        ...(runId !== undefined && { runId }),
      });
    const item = await ledger.item(itemKey);
    if (!item) {
      found("receipt-not-in-ledger");
      return;
    }
    // An open run may not have counted it yet; a closed one never will.
    const run = await runOf(item.runId);
    const isOpen = run !== undefined && run.state !== "closed";
    if (!isOpen && !(await runs.item(item.runId, itemKey))) found("item-not-counted", item.runId);
  });
  return problems;
}
