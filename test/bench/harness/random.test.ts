import assert from "node:assert/strict";
import { test } from "node:test";
import { seeded, shuffled } from "../../../bench/harness/random.ts";

test("a seed gives the same numbers again, and another one others", () => {
  const drawn = (seed: number) => {
    const random = seeded(seed);
    return Array.from({ length: 1_000 }, random);
  };

  assert.deepEqual(drawn(1), drawn(1));
  assert.notDeepEqual(drawn(1), drawn(2));
  assert.ok(drawn(1).every((it) => it >= 0 && it < 1));
});

test("what is shuffled is all there, once, and the original stays in its order", () => {
  const things = Array.from({ length: 50 }, (_, n) => n);

  const order = shuffled(things, seeded(1));

  assert.notDeepEqual(order, things);
  assert.deepEqual(
    order.toSorted((a, b) => a - b),
    things,
  );
});

test("no place is anybody's own", () => {
  const random = seeded(1);
  const firsts = [0, 0, 0, 0];

  for (let n = 0; n < 4_000; n += 1) {
    const [first = 0] = shuffled([0, 1, 2, 3], random);
    firsts[first] = (firsts[first] ?? 0) + 1;
  }

  assert.ok(
    firsts.every((it) => it > 900 && it < 1_100),
    firsts.join(", "),
  );
});
