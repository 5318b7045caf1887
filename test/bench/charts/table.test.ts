import assert from "node:assert/strict";
import { test } from "node:test";
import { resultsTable } from "../../../bench/charts/table.ts";
import type { Figure } from "../../../bench/harness/report.ts";
import { foundRatio, foundRow } from "../found-row.ts";

const missed: Figure = {
  ...{ name: "peak memory", value: 80, unit: "MB" },
  ...{ goal: { atMost: 64 }, verdict: "missed" },
};

test("every goal is in the first table, with both intervals and its verdict", () => {
  const table = resultsTable([foundRow("mapping", "Mapping", { figures: [missed] })]);

  assert.match(
    table,
    /^\| Mapping \| 1 KB \| speed against the limit, Bare Put \| 1 \(0\.900–1\.10\) \| 0\.950 \(0\.850–1\.05\) \| ≥ 0\.8× \| met \|$/m,
  );
  assert.match(
    table,
    /^\| Mapping \| 1 KB \| peak memory \| 80 MB \| \| ≤ 64 MB \| \*\*missed\*\* \|$/m,
  );
  assert.match(table, /^Of 2 goals 1 are met, 1 missed, 0 not decidable; all in all: missed\.$/m);
});

test("what has no goal stands with its bench, and with how it was proven", () => {
  const { goal: _, verdict: __, ...plain } = foundRatio({ role: "info" });
  const table = resultsTable([foundRow("mapping", "Mapping", { ratios: [plain] })]);

  assert.match(table, /^Of 0 goals/m);
  assert.match(table, /^### Mapping$/m);
  assert.match(table, /^\| archiver \(ours\) \| 500 \| 20 \| 15 \|$/m);
  assert.match(table, /^- speed against Bare Put: wall 1 \(0\.900–1\.10\), CPU /m);
  assert.match(table, /^Proven the same: SHA-256 of all 10 items\.$/m);
});

test("each machine and commit that rows were measured on is named, and whether its files had changed", () => {
  const row = foundRow("mapping");
  const other = { ...row, machine: { ...row.machine, commit: "f".repeat(40), changed: true } };

  const table = resultsTable([row, row, other]);

  assert.equal(table.match(/commit 012345678:/g)?.length, 1);
  assert.equal(table.match(/commit fffffffff with changes:/g)?.length, 1);
});
