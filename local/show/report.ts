import { isBalanced, type Run } from "./accounts.ts";
import { columns } from "./columns.ts";
import { remedyOf } from "./remedies.ts";
import type { Result } from "./result.ts";

/** How a collection ended, in lines for a person. */
export function report(result: Result): string[] {
  const { runs, mailboxes, poison, faults, failures, deviations, message } = result;
  return [
    ...(runs.length > 0
      ? runLines(runs)
      : ["Nothing is due: every connector is at its checkpoint."]),
    ...section(
      result.isLookedInto ? "Mailboxes" : "Mailboxes and connectors, by the ledger",
      columns(
        ["mailbox", "folder", "items"],
        mailboxes.map(({ mailbox, folder, items }) => [mailbox, folder, items]),
      ),
      mailboxes.length,
    ),
    ...section(
      "Set aside in the poison queue",
      columns(
        ["code", "items", "what to do"],
        poison.map(({ code, count }) => [code, count, remedyOf(code)]),
      ),
      poison.length,
    ),
    ...section("A message, as its reader sees it in Outlook", message, message.length),
    ...section("What went wrong", faults, faults.length),
    ...section("What failed unexpectedly, and was tried again", failures, failures.length),
    ...section("What did not end as the made-up day expects", deviations, deviations.length),
    ...checkLines(result),
  ];
}

function checkLines({ checked, unchecked, deviations }: Result): string[] {
  return [
    ...(checked > 0 && deviations.length === 0
      ? ["", `All ${checked} items of the made-up day have ended as they should.`]
      : []),
    ...(unchecked > 0
      ? [
          "",
          `${unchecked} items of the made-up day belong to a connector that was changed: they` +
            " are not held against what the day expects.",
        ]
      : []),
  ];
}

function runLines(runs: readonly Run[]): string[] {
  return columns(
    [
      ...["connector", "received (UTC)"],
      ...["available", "imported", "partial", "skipped", "rejected", "pending", ""],
    ],
    runs.map((run) => [
      run.connector,
      `${minute(run.from)} – ${minute(run.until)}`,
      run.available,
      run.imported,
      run.partial,
      run.skipped,
      run.rejected,
      run.pending,
      `${isBalanced(run) ? "balanced" : "NOT BALANCED"}, ${run.isClosed ? "closed" : "OPEN"}`,
    ]),
  );
}

function section(title: string, lines: readonly string[], count: number): string[] {
  return count === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

function minute(time: Date): string {
  return time.toISOString().slice(0, 16).replace("T", " ");
}
