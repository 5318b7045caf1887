import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { benches } from "../benches.ts";
import type { Machine } from "./machine.ts";
import type { Row, Settings } from "./report.ts";
import { ROOT } from "./root.ts";

/** What one run of one bench found, and where. Rows may be of different runs: one can be run by itself. */
export interface KeptRow extends Row {
  readonly machine: Machine;
  readonly settings: Settings;
}

export interface Results {
  readonly rows: readonly KeptRow[];
}

const FILE = join(ROOT, "bench/results/latest.json");

/** The results so far; nothing when there are none. */
export function readResults(): Results | undefined {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as Results) : undefined;
}

export function writeResults(results: Results): void {
  mkdirSync(dirname(FILE), { recursive: true });
  writeFileSync(FILE, `${JSON.stringify(results, undefined, 2)}\n`);
}

/** The results with this row in the place of the one before, in the order of the benches. */
export function withRow(results: Results | undefined, row: KeptRow): Results {
  const rows = [...(results?.rows ?? []).filter(({ name }) => name !== row.name), row];
  const order = new Map(benches.map(({ name }, at) => [name, at]));
  const place = ({ name }: KeptRow) => order.get(name) ?? order.size;
  return { rows: rows.filter(({ name }) => order.has(name)).sort((a, b) => place(a) - place(b)) };
}
