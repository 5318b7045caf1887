export type CsvCell = string | number | boolean | Date | undefined;

/**
 * Rows as CSV (RFC 4180), with a byte order mark, else Excel reads UTF-8 as Latin-1.
 *
 * A text that a spreadsheet would take for a formula gets an apostrophe before it:
 * what strangers wrote comes into these files, and `=HYPERLINK(…)` would run.
 */
export function csvOf(rows: readonly (readonly CsvCell[])[]): string {
  return `\uFEFF${rows.map((row) => `${row.map(cellOf).join(",")}\r\n`).join("")}`;
}

function cellOf(cell: CsvCell): string {
  if (cell === undefined) return "";
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell !== "string") return String(cell);
  const harmless = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
