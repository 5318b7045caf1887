import assert from "node:assert/strict";
import { test } from "node:test";
import {
  figureText,
  goalText,
  intervalText,
  ratioText,
  rounded,
} from "../../../bench/harness/words.ts";

test("a number is shown with three digits that mean something", () => {
  const shown = [0, 7, 0.5, 1.234, 12.34, 99.97, 123.4, 999.7, 1_234.5].map(rounded);

  assert.deepEqual(shown, ["0", "7", "0.500", "1.23", "12.3", "100", "123", "1000", "1235"]);
});

test("what is small is not shown as nothing", () => {
  assert.equal(rounded(0.0004), "0.000400");
  assert.equal(rounded(-0.0123), "-0.0123");
});

test("from 10,000 on digits stand in groups of three", () => {
  assert.deepEqual([9_999, 9_999.6, 10_000, 1_234_567.8].map(rounded), [
    ...["9999", "10,000", "10,000", "1,234,568"],
  ]);
});

test("what is no number is shown as that", () => {
  assert.deepEqual([Number.NaN, Number.POSITIVE_INFINITY].map(rounded), ["NaN", "Infinity"]);
});

test("an interval, a goal and a figure say their unit", () => {
  assert.equal(intervalText({ median: 1.314, low: 1.244, high: 1.376 }), "1.31 (1.24–1.38)");
  assert.equal(goalText({ atLeast: 0.8 }), "≥ 0.8×");
  assert.equal(goalText({ atMost: 64 }, "MB"), "≤ 64 MB");
  assert.equal(goalText({ atMost: 0 }, ""), "≤ 0");
  assert.equal(goalText(undefined), "");
  assert.equal(figureText({ value: 42.6, unit: "MB" }), "42.6 MB");
  assert.equal(figureText({ value: 1.08, unit: "×" }), "1.08×");
});

test("a ratio says who is held against whom", () => {
  const wall = { median: 1, low: 1, high: 1 };
  const ratio = {
    of: "archiver",
    against: "postal-mime",
    measure: "speed",
    wall,
    cpu: wall,
  } as const;

  assert.equal(ratioText({ ...ratio, role: "limit" }), "speed against the limit, postal-mime");
  assert.equal(ratioText({ ...ratio, role: "info" }), "speed against postal-mime");
  assert.equal(
    ratioText({ ...ratio, of: "in memory", role: "peer" }),
    "in memory: speed against the peer, postal-mime",
  );
});
