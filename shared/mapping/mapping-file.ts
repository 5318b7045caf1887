import { CsvError, parse } from "csv-parse/sync";
import { ConfigurationError } from "../domain/errors.ts";
import { digitsOf } from "./phone.ts";

/** One row in force: a number, whose mailbox it is, and when. */
export interface MappingRow {
  /** As it stands in a spreadsheet, header included: the first row is 1. */
  readonly row: number;
  readonly number: string;
  /** *Microsoft 365 User Mailbox*. */
  readonly address: string;
  /** UTC days, both inside. */
  readonly validFrom?: Date;
  readonly validTo?: Date;
}

/** A row that maps nobody, and why. Names no number and no address: reports of it are shown to many. */
export interface RefusedRow {
  readonly row: number;
  readonly why: string;
}

export interface MappingFile {
  readonly rows: readonly MappingRow[];
  readonly refused: readonly RefusedRow[];
}

/** The headers that Microsoft 365 and TeleMessage know, and our two. */
export const MAPPING_HEADERS = [
  "External User ID",
  "Microsoft 365 User Mailbox",
  "Valid From",
  "Valid To",
] as const;

const DELIMITERS = [",", ";", "\t"];

/**
 * Reads a custom mapping as people and Excel write it: BOM or UTF-16, `;` or tab
 * instead of `,`, quoted numbers, spaces, `+`, with a header or without, or no
 * rows at all.
 *
 * A row that is wrong maps nobody and is listed in `refused`. Throws
 * `ConfigurationError` when the file as a whole cannot be read; then the last good
 * one stays in force.
 */
export function readMappingFile(bytes: Uint8Array, name: string): MappingFile {
  const text = decode(bytes, name);
  let cells: string[][];
  try {
    cells = parse(text, {
      delimiter: delimiterOf(text),
      // Else the first line's ending is taken for every line's, and files are pasted together.
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_column_count: true,
      trim: true,
      relax_quotes: true,
    });
  } catch (error) {
    // The parser's own message quotes the row, which names people.
    const at = error instanceof CsvError ? ` at line ${error["lines"]}` : "";
    throw new ConfigurationError([
      `${name}: cannot be read as CSV${at}: check the quotes there, or save it again as CSV UTF-8`,
    ]);
  }

  const header = headerOf(cells[0] ?? []);
  const columns = header ?? { number: 0, address: 1, validFrom: 2, validTo: 3 };
  const rows: MappingRow[] = [];
  const refused: RefusedRow[] = [];
  for (const [index, row] of cells.entries()) {
    if ((header && index === 0) || row.every((cell) => cell === "")) continue;
    const read = readRow(row, columns, index + 1);
    if ("why" in read) refused.push(read);
    else rows.push(read);
  }
  return refuseContradictions(rows, refused);
}

type Columns = Record<"number" | "address" | "validFrom" | "validTo", number>;

function readRow(cells: string[], columns: Columns, row: number): MappingRow | RefusedRow {
  const number = plain(cells[columns.number]);
  const address = plain(cells[columns.address]);
  if (/^\d+([.,]\d+)?E\+?\d+$/i.test(number)) {
    return { row, why: "the number was rounded by a spreadsheet: format the column as text" };
  }
  if (digitsOf(number) === "") return { row, why: "there is no mobile number" };
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)) {
    return { row, why: "the mailbox is not an e-mail address" };
  }
  const validFrom = dayOf(cells[columns.validFrom]);
  const validTo = dayOf(cells[columns.validTo]);
  if (validFrom === "wrong" || validTo === "wrong") {
    return { row, why: "a date is not of the form yyyy-MM-dd" };
  }
  if (validFrom && validTo && validFrom > validTo) {
    return { row, why: "Valid From is after Valid To" };
  }
  return {
    row,
    number,
    address,
    ...(validFrom && { validFrom }),
    ...(validTo && { validTo }),
  };
}

/** Of rows that give one number two mailboxes on the same day, none is right for sure. */
function refuseContradictions(rows: MappingRow[], refused: RefusedRow[]): MappingFile {
  const byNumber = new Map<string, MappingRow[]>();
  for (const row of rows) {
    const digits = digitsOf(row.number);
    const others = byNumber.get(digits);
    if (others) others.push(row);
    else byNumber.set(digits, [row]);
  }
  const wrong = new Set<MappingRow>();
  for (const same of byNumber.values()) {
    for (const [index, one] of same.entries()) {
      for (const other of same.slice(index + 1)) {
        if (differs(one, other) && overlaps(one, other)) wrong.add(one).add(other);
      }
    }
  }
  const all = [
    ...refused,
    ...[...wrong].map(({ row }) => ({ row, why: "the number has two mailboxes at once" })),
  ];
  return {
    rows: wrong.size === 0 ? rows : rows.filter((row) => !wrong.has(row)),
    refused: all.sort((a, b) => a.row - b.row),
  };
}

function differs(one: MappingRow, other: MappingRow): boolean {
  return one.address.toLowerCase() !== other.address.toLowerCase();
}

function overlaps(one: MappingRow, other: MappingRow): boolean {
  const start = (row: MappingRow) => row.validFrom?.getTime() ?? Number.NEGATIVE_INFINITY;
  const end = (row: MappingRow) => row.validTo?.getTime() ?? Number.POSITIVE_INFINITY;
  return start(one) <= end(other) && start(other) <= end(one);
}

function headerOf(cells: string[]): Columns | undefined {
  const names = cells.map((cell) => cell.toLowerCase().replaceAll(/[^a-z0-9]/g, ""));
  const column = (header: string) => names.indexOf(header.toLowerCase().replaceAll(" ", ""));
  const [number, address, validFrom, validTo] = MAPPING_HEADERS.map(column) as [
    number,
    number,
    number,
    number,
  ];
  return number < 0 || address < 0 ? undefined : { number, address, validFrom, validTo };
}

/** A cell without what spreadsheets put around it to keep it a text: `="44…"`, `'44…`. */
function plain(cell: string | undefined): string {
  return (cell ?? "")
    .replace(/^="(.*)"$/, "$1")
    .replace(/^'/, "")
    .trim();
}

function dayOf(cell: string | undefined): Date | undefined | "wrong" {
  const text = plain(cell);
  if (text === "") return undefined;
  const day = new Date(`${text}T00:00:00Z`);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(day.getTime());
  return isDay && day.toISOString().startsWith(text) ? day : "wrong";
}

function delimiterOf(text: string): string {
  const line = text.split(/\r?\n/, 1)[0] ?? "";
  const found = DELIMITERS.map((delimiter) => ({
    delimiter,
    count: line.split(delimiter).length - 1,
  }));
  return found.reduce((best, next) => (next.count > best.count ? next : best)).delimiter;
}

function decode(bytes: Uint8Array, name: string): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    const text = new TextDecoder(utf16 ? "utf-16le" : "utf-8", { fatal: true }).decode(bytes);
    if (text.includes("\0")) throw new TypeError("NUL");
    return text;
  } catch {
    throw new ConfigurationError([
      `${name}: is not a text in UTF-8: in Excel, choose Save As, "CSV UTF-8 (comma delimited)"`,
    ]);
  }
}
