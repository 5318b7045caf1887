import assert from "node:assert/strict";
import { test } from "node:test";
import { seeded } from "../../../bench/harness/random.ts";
import { bootstrap, logLogSlope, median, quantile } from "../../../bench/harness/statistics.ts";

test("a quantile lies between the two nearest values, whatever their order", () => {
  const values = [40, 10, 30, 20];

  assert.equal(median(values), 25);
  assert.equal(quantile(values, 0), 10);
  assert.equal(quantile(values, 1), 40);
  assert.equal(quantile(values, 0.1), 13);
  assert.deepEqual(values, [40, 10, 30, 20]);
});

test("no values have no quantile", () => {
  assert.throws(() => median([]), /no values/);
});

test("an interval is the same for the same seed, and holds its median", () => {
  const values = [1.2, 1.4, 1.1, 1.3, 1.8, 1.25, 1.31];

  const one = bootstrap(values, seeded(7));
  const again = bootstrap(values, seeded(7));

  assert.deepEqual(again, one);
  assert.equal(one.median, 1.3);
  assert.ok(one.low < one.median && one.median < one.high);
  assert.ok(one.low >= 1.1 && one.high <= 1.8);
});

test("rounds that all say the same leave no doubt", () => {
  assert.deepEqual(bootstrap([2, 2, 2], seeded(1)), { median: 2, low: 2, high: 2 });
});

test("of a hundred intervals over fifteen rounds about 95 hold the true median", () => {
  const random = seeded(3);
  const skewed = () => -Math.log(1 - random());
  const trueMedian = Math.log(2);

  const held = Array.from({ length: 100 }, () =>
    bootstrap(Array.from({ length: 15 }, skewed), random),
  ).filter(({ low, high }) => low <= trueMedian && trueMedian <= high).length;

  assert.ok(held >= 88, `${held} of 100`);
  // Intervals that are too wide to miss would decide nothing.
  assert.ok(held < 100, `${held} of 100`);
});

test("more rounds leave less doubt", () => {
  const random = seeded(5);
  const width = (rounds: number) => {
    const { low, high } = bootstrap(Array.from({ length: rounds }, random), random);
    return high - low;
  };

  assert.ok(width(400) < width(100));
  assert.ok(width(100) < width(15));
});

test("the slope is the power with which cost grows", () => {
  const grown = (power: number) =>
    [1_000, 10_000, 30_000, 100_000].map((size) => ({ size, cost: 3 * size ** power }));

  assert.ok(Math.abs(logLogSlope(grown(1)) - 1) < 1e-9);
  assert.ok(Math.abs(logLogSlope(grown(2)) - 2) < 1e-9);
  assert.ok(Math.abs(logLogSlope(grown(0))) < 1e-9);
});
