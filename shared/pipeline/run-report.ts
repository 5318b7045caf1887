import { csvOf } from "../domain/csv.ts";
import { type FailedPorts, type FailedRow, failedRows } from "./failed-rows.ts";
import type { Run, StoredFiles } from "./ports.ts";

export interface ReportPorts extends FailedPorts {
  readonly files: StoredFiles;
}

/**
 * Writes the report of a closed run: its counters under `reports/runs`, and what
 * failed, with the people concerned, under `reports/restricted/runs`.
 *
 * The counters are those of Purview's own admin log, in its words. Writing a report
 * again writes the same one.
 */
export async function writeRunReport(run: Run, ports: ReportPorts): Promise<void> {
  const failed = await failedRows(run, ports);
  const name = reportName(run);
  const codes = new Map<string, Set<string>>();
  for (const { code, itemKey, mailbox } of failed) {
    const same = codes.get(code) ?? new Set();
    codes.set(code, same.add(`${itemKey} ${mailbox ?? ""}`));
  }
  const byCode = Object.fromEntries([...codes].map(([code, those]) => [code, those.size]));
  await write(`runs/${name}.json`, JSON.stringify(counters(run, byCode), undefined, 2));
  await write(`runs/${name}.csv`, countersCsv(run));
  await write(`restricted/runs/${name}.failed.json`, JSON.stringify(failed, undefined, 2));
  await write(`restricted/runs/${name}.failed.csv`, failedCsv(failed));

  async function write(blob: string, text: string): Promise<void> {
    const type = blob.endsWith(".csv") ? "text/csv; charset=utf-8" : "application/json";
    await ports.files.replace({ container: "reports", blob }, type, Buffer.from(text));
  }
}

/** `wechat/2026/01/05/wechat-20260105T053000000Z`: by the UTC day on which the window ended. */
export function reportName({ connector, window, runId }: Run): string {
  return `${connector}/${window.until.toISOString().slice(0, 10).replaceAll("-", "/")}/${runId}`;
}

/** The counters of a run, in Purview's words. */
export function counters(run: Run, failedByCode: Readonly<Record<string, number>> = {}) {
  const { connector, runId, kind, window, openedAt, closedAt, fromSource, tally } = run;
  return {
    connector,
    runId,
    kind,
    windowFrom: window.from,
    windowUntil: window.until,
    openedAt,
    importCompletionTime: closedAt,
    itemsAvailableFromSource: fromSource,
    itemsAvailableForImport: tally.available,
    itemsImported: tally.imported,
    itemsPartiallyImported: tally.partial,
    itemsSkipped: tally.skipped,
    itemsFailed: tally.rejected,
    itemsPending: tally.pending,
    failedByCode,
    ...(fromSource === 0 && { note: `No items ingested on ${monthDayYear(window.until)}.` }),
  };
}

function countersCsv(run: Run): string {
  const { closedAt, fromSource, tally } = run;
  return csvOf([
    [
      "Import completion time (UTC)",
      "Items available from source",
      "Items available for import",
      "Items imported successfully",
      "Items partially imported",
      "Items skipped",
      "Items failed",
    ],
    [
      closedAt,
      fromSource,
      tally.available,
      tally.imported,
      tally.partial,
      tally.skipped,
      tally.rejected,
    ],
  ]);
}

function failedCsv(rows: readonly FailedRow[]): string {
  return csvOf([
    ["Item id", "Source User ID", "M365 User ID", "Failure Reason", "Detail", "Item key"],
    ...rows.map((row) => [
      row.sourceItemId,
      row.sourceUser,
      row.mailbox,
      row.code,
      row.detail,
      row.itemKey,
    ]),
  ]);
}

/** As Purview writes it: `No items ingested on 01/05/2026.` */
function monthDayYear(at: Date): string {
  const [year, month, day] = at.toISOString().slice(0, 10).split("-");
  return `${month}/${day}/${year}`;
}
