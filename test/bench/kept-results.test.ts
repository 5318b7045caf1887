import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { charts, withTable } from "../../bench/charts/page.ts";
import { resultsTable } from "../../bench/charts/table.ts";
import { readResults } from "../../bench/harness/results.ts";
import { ROOT } from "../../bench/harness/root.ts";
import { wellFormed } from "./charts/well-formed.ts";

const page = readFileSync(join(ROOT, "docs/performance.md"), "utf8");
const results = readResults();
/** Nothing to hold the page against: no run has been kept. */
const options = { skip: results ? false : "no results are kept" };
const rows = results?.rows ?? [];
const OF_ANOTHER_RUN = "edited by hand, or not of the run in bench/results/latest.json";

test("the table in docs/performance.md is what the kept run printed", options, () => {
  // Not by assert.equal, which would print both pages.
  assert.ok(page === withTable(page, resultsTable(rows)), OF_ANOTHER_RUN);
});

test(
  "the charts in docs/performance are those of the kept run, all of them and no others",
  options,
  () => {
    const drawn = new Map(charts(rows));
    const kept = globSync("docs/performance/*.svg", { cwd: ROOT });

    assert.deepEqual(
      kept.map((path) => path.replace(/.*[\\/]/, "")).sort(),
      [...drawn.keys()].sort(),
    );
    for (const [name, chart] of drawn) {
      wellFormed(chart);
      assert.doesNotMatch(chart, /NaN|Infinity|undefined/, name);
      const file = readFileSync(join(ROOT, "docs/performance", name), "utf8");
      assert.ok(file === chart, `${name}: ${OF_ANOTHER_RUN}`);
    }
  },
);

test("every chart that docs/performance.md shows is there", options, () => {
  const shown = [...page.matchAll(/[\w./-]+\.svg/g)].map(([path]) => path);

  assert.deepEqual(
    shown.filter((path) => !existsSync(join(ROOT, "docs", path))),
    [],
  );
});

test("no result is kept of a quick run, or of too few rounds", options, () => {
  for (const { name, settings, cases } of rows) {
    assert.equal(settings.quick, false, name);
    for (const { rounds, ratios } of cases) assert.ok(ratios.length === 0 || rounds >= 15, name);
  }
});

test("every kept case says how its contestants were proven to have done the same", options, () => {
  for (const { cases } of rows) {
    for (const each of cases) assert.notEqual(each.same, "", each.name);
  }
});

test("the page has its two marks, so that a run can write into it", () => {
  assert.doesNotThrow(() => withTable(page, ""));
});
