import assert from "node:assert/strict";
import { test } from "node:test";
import { figure } from "../../../bench/harness/figure.ts";
import { verdictOn, worstOf } from "../../../bench/harness/goal.ts";

test("a speed is reached only when the lower end of its interval reaches it", () => {
  const goal = { atLeast: 0.8 };

  assert.equal(verdictOn({ low: 0.8, high: 0.9 }, goal), "met");
  assert.equal(verdictOn({ low: 0.79, high: 0.9 }, goal), "not decidable");
  assert.equal(verdictOn({ low: 0.79, high: 0.8 }, goal), "not decidable");
  assert.equal(verdictOn({ low: 0.7, high: 0.79 }, goal), "missed");
});

test("a cost is kept to only when the upper end of its interval keeps to it", () => {
  const goal = { atMost: 1.2 };

  assert.equal(verdictOn({ low: 1.1, high: 1.2 }, goal), "met");
  assert.equal(verdictOn({ low: 1.1, high: 1.21 }, goal), "not decidable");
  assert.equal(verdictOn({ low: 1.21, high: 1.3 }, goal), "missed");
});

test("a number that is none reaches no goal", () => {
  assert.equal(verdictOn({ low: Number.NaN, high: Number.NaN }, { atLeast: 0 }), "missed");
  assert.equal(figure("slope", Number.NaN, "", { atMost: 1 }).verdict, "missed");
});

test("of several verdicts the worst counts", () => {
  assert.equal(worstOf(["met", "met"]), "met");
  assert.equal(worstOf(["met", "not decidable"]), "not decidable");
  assert.equal(worstOf(["not decidable", "missed", "met"]), "missed");
});

test("a figure without a goal has no verdict", () => {
  assert.deepEqual(figure("took", 12, "s"), { name: "took", value: 12, unit: "s" });
  assert.deepEqual(figure("set aside", 0, "", { atMost: 0 }), {
    ...{ name: "set aside", value: 0, unit: "" },
    ...{ goal: { atMost: 0 }, verdict: "met" },
  });
});
