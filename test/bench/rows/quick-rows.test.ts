import assert from "node:assert/strict";
import { test } from "node:test";
import type { Row, Settings } from "../../../bench/harness/report.ts";
import { runRow } from "../../../bench/harness/run-row.ts";
import type { Interval } from "../../../bench/harness/statistics.ts";

/** Small sizes: whether a bench still runs and proves what it says, and nothing about speed. */
const quick: Settings = { rounds: 3, quick: true, full: false, seed: 1 };

function assertInterval({ low, median, high }: Interval, what: string): void {
  assert.ok(0 < low && low <= median && median <= high && Number.isFinite(high), what);
}

/** A row that says how it was proven, decides every goal, and holds numbers only. */
function assertFound({ cases, curves }: Row): void {
  assert.ok(cases.length > 0);
  for (const { name, same, standings, ratios, figures } of cases) {
    assert.notEqual(same.trim(), "", name);
    for (const { perSecond } of standings) assert.ok(perSecond > 0, name);
    for (const { wall, cpu, goal, verdict, against } of ratios) {
      assertInterval(wall, `${name}: wall against ${against}`);
      assertInterval(cpu, `${name}: CPU against ${against}`);
      assert.equal(verdict !== undefined, goal !== undefined, `${name}: against ${against}`);
    }
    for (const { name: figure, value, goal, verdict } of figures) {
      assert.ok(Number.isFinite(value), `${name}: ${figure}`);
      assert.equal(verdict !== undefined, goal !== undefined, `${name}: ${figure}`);
    }
  }
  for (const { lines } of curves) {
    for (const { name, points } of lines) assert.ok(points.flat().every(Number.isFinite), name);
  }
}

for (const name of ["convert-json", "mapping", "import-small"]) {
  test(`the bench ${name} runs, and holds the archiver against its limit`, async () => {
    const row = await runRow(name, quick);

    assertFound(row);
    for (const { name: size, ratios } of row.cases) {
      const held = ratios.filter(({ of, role }) => of === "archiver" && role === "limit");
      assert.ok(
        held.some(({ goal }) => goal),
        size,
      );
    }
  });
}

test("the bench one-mailbox gives the same every time, and draws its curve", async () => {
  const row = await runRow("one-mailbox", quick);
  const again = await runRow("one-mailbox", quick);

  assertFound(row);
  assert.deepEqual(again.cases, row.cases);
  assert.deepEqual(
    row.curves[0]?.lines.map(({ points }) => points.length),
    [2, 2, 2],
  );
});
