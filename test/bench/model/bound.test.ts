import assert from "node:assert/strict";
import { test } from "node:test";
import { mailboxBoundMs } from "../../../bench/model/bound.ts";
import { EXCHANGE_LIMITS } from "../../../bench/model/exchange-limits.ts";

test("four items go at once, the next four after them", () => {
  assert.deepEqual(
    [0, 1, 4, 5, 8, 9].map((items) => mailboxBoundMs(items, 100)),
    [0, 100, 100, 200, 200, 300],
  );
});

test("an item waits until the one as many before it as the limit allows is ten minutes old", () => {
  const options = { limits: { ...EXCHANGE_LIMITS, requestsPer10Minutes: 10 } };

  // The first four begin at 0, the next four at 100, the last two of ten at 200.
  assert.equal(mailboxBoundMs(10, 100, options), 300);
  assert.equal(mailboxBoundMs(11, 100, options), 600_100);
  assert.equal(mailboxBoundMs(15, 100, options), 600_200);
  assert.equal(mailboxBoundMs(21, 100, options), 1_200_100);
});

test("nothing is under way in an outage", () => {
  const outage = { fromMs: 150, untilMs: 1_000 };

  assert.equal(mailboxBoundMs(4, 100, { outage }), 100);
  assert.equal(mailboxBoundMs(5, 100, { outage }), 1_100);
  assert.equal(mailboxBoundMs(9, 100, { outage }), 1_200);
});

test("what would end in the moment in which the outage begins waits too", () => {
  assert.equal(mailboxBoundMs(1, 100, { outage: { fromMs: 101, untilMs: 500 } }), 100);
  assert.equal(mailboxBoundMs(1, 100, { outage: { fromMs: 100, untilMs: 500 } }), 600);
});

test("an outage after the work changes nothing", () => {
  const outage = { fromMs: 10_000, untilMs: 20_000 };

  assert.equal(mailboxBoundMs(9, 100, { outage }), mailboxBoundMs(9, 100));
});
