import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KeptRow, Results } from "../harness/results.ts";
import { ROOT } from "../harness/root.ts";
import { curveChart } from "./curve.ts";
import { ratioChart } from "./ratios.ts";
import { resultsTable } from "./table.ts";

const PAGE = join(ROOT, "docs/performance.md");
const CHARTS = join(ROOT, "docs/performance");
const BEGIN = "<!-- The bench writes what follows: npm run bench -->";
const END = "<!-- end of what the bench writes -->";

/** Draws the charts, and puts the table into the page, in the place of the ones before. */
export function writePage({ rows }: Results): void {
  mkdirSync(CHARTS, { recursive: true });
  for (const [name, chart] of charts(rows)) writeFileSync(join(CHARTS, name), chart);
  writeFileSync(PAGE, withTable(readFileSync(PAGE, "utf8"), resultsTable(rows)));
}

/**
 * The page with the table between its two marks. Throws unless each is there once,
 * in their order: all else is written by hand, and must not be lost.
 */
export function withTable(page: string, table: string): string {
  const begins = page.split(BEGIN);
  const ends = page.split(END);
  const [before = "", after = ""] = [begins[0], ends[1]];
  if (begins.length !== 2 || ends.length !== 2 || before.includes(END)) {
    throw new Error(`docs/performance.md must hold each of its marks once: ${BEGIN} and ${END}`);
  }
  return `${before}${BEGIN}\n\n${table}\n${END}${after}`;
}

/** The charts by the name of their file. */
export function* charts(rows: readonly KeptRow[]): Generator<[name: string, chart: string]> {
  yield ["limits.svg", ratioChart(rows, "limit", "Speed against the limit in the same run")];
  yield ["peers.svg", ratioChart(rows, "peer", "Speed against the peer in the same run")];
  for (const { name, curves } of rows) {
    for (const [at, curve] of curves.entries()) {
      yield [`${name}${at === 0 ? "" : `-${at + 1}`}.svg`, curveChart(curve)];
    }
  }
}
