import assert from "node:assert/strict";
import { test } from "node:test";
import { scale } from "../../../bench/charts/scale.ts";

const close = (one: number, other: number) => Math.abs(one - other) < 1e-9;

test("a linear axis begins and ends where its values do", () => {
  const { at, marks } = scale("linear", [0, 100], [80, 880]);

  assert.deepEqual([0, 50, 100].map(at), [80, 480, 880]);
  assert.deepEqual(marks, [0, 20, 40, 60, 80, 100]);
});

test("an axis may run upwards, as on a page", () => {
  const { at } = scale("linear", [0, 10], [400, 100]);

  assert.deepEqual([0, 10].map(at), [400, 100]);
});

test("marks are round numbers within the axis", () => {
  for (const [from, to] of [
    [50, 600],
    [0, 0.37],
    [3, 7_412_001],
  ] as const) {
    const { marks } = scale("linear", [from, to], [0, 1]);

    assert.ok(marks.length >= 3 && marks.length <= 11, marks.join(" "));
    assert.ok(marks.every((it) => it >= from && it <= to * 1.000_001));
  }
});

test("on a logarithmic axis each doubling is as long as any other", () => {
  const { at, marks } = scale("log", [1, 100], [0, 200]);

  assert.deepEqual([at(1), at(10), at(100)], [0, 100, 200]);
  assert.ok(close(at(2) - at(1), at(40) - at(20)));
  assert.deepEqual(marks, [1, 2, 5, 10, 20, 50, 100]);
});

test("a long logarithmic axis has its powers of ten marked, and no more", () => {
  const { marks } = scale("log", [1_000, 1_000_000_000], [0, 1]);

  assert.deepEqual(marks, [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]);
});

test("an axis of one value has a place for it", () => {
  assert.equal(scale("log", [5, 5], [80, 880]).at(5), 80);
  assert.equal(scale("linear", [5, 5], [80, 880]).at(5), 80);
});
