import type { OperationLog } from "../operation-log.ts";
import type { Problem, ProblemCode } from "./problems.ts";

/** Walks the chain of operator actions. An entry that was changed is told by the one after it. */
export async function verifyOperations({ entries }: OperationLog): Promise<Problem[]> {
  const problems: Problem[] = [];
  const found = (problem: ProblemCode, blob: string) =>
    problems.push({ connector: "", blob: `custody/${blob}`, problem });
  let before: { sequence: number; blob: string; sha256: string } | undefined;
  for await (const { blob, sha256, entry } of entries()) {
    const sequence: number = (before?.sequence ?? 0) + 1;
    if (!entry) {
      found("operation-changed", blob);
    } else if (entry.sequence !== sequence) {
      found("operation-missing", blob);
    } else if (before && entry.previous?.sha256 !== before.sha256) {
      found("operation-changed", before.blob);
    }
    before = { sequence: entry?.sequence ?? sequence, blob, sha256 };
  }
  return problems;
}
