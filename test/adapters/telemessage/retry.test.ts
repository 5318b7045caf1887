import assert from "node:assert/strict";
import { test } from "node:test";
import { retryAfterMs } from "../../../shared/adapters/telemessage/retry.ts";

const now = new Date("1994-11-06T08:49:07.000Z");

test("Retry-After is read in seconds and in the three forms of an HTTP date", () => {
  assert.equal(retryAfterMs("30", now), 30_000);
  assert.equal(retryAfterMs("0", now), 0);
  assert.equal(retryAfterMs("Sun, 06 Nov 1994 08:49:37 GMT", now), 30_000);
  assert.equal(retryAfterMs("Sunday, 06-Nov-94 08:49:37 GMT", now), 30_000);
  assert.equal(retryAfterMs("Sun Nov  6 08:49:37 1994", now), 30_000);
});

test("a date that is past means now, and nobody makes us wait longer than a day", () => {
  assert.equal(retryAfterMs("Sun, 06 Nov 1994 08:00:00 GMT", now), 0);
  assert.equal(retryAfterMs("99999999999", now), 86_400_000);
  assert.equal(retryAfterMs("Sun, 06 Nov 2094 08:49:37 GMT", now), 86_400_000);
});

test("what is neither a number of seconds nor a date says nothing", () => {
  for (const value of [undefined, "", "soon", "-1", "1.5", "0x10", "Sun, 99 Xxx 1994"]) {
    assert.equal(retryAfterMs(value, now), undefined, value);
  }
});
