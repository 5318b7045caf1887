import assert from "node:assert/strict";
import { test } from "node:test";
import { backOffMs, noEarlierThan, retryAfterMs } from "../../shared/domain/retry-after.ts";

const now = new Date("2026-01-05T09:00:00Z");

for (const [header, ms] of [
  ["0", 0],
  ["30", 30_000],
  [" 1.2 ", 1200],
  ["Mon, 05 Jan 2026 09:02:00 GMT", 120_000],
  ["Mon, 05 Jan 2026 08:00:00 GMT", 0],
  ["", undefined],
  ["soon", undefined],
  ["-5", undefined],
  [null, undefined],
  [undefined, undefined],
] as const) {
  test(`Retry-After ${header === null ? "that is missing" : `"${header}"`} means ${ms} ms`, () => {
    assert.equal(retryAfterMs(header, now), ms);
  });
}

test("a wait is never shorter than asked, at most a tenth longer, and in whole seconds", () => {
  for (const asked of [1, 1000, 1500, 9000, 10_000, 61_000, 3_600_000]) {
    for (const random of [0, 0.5, 0.999999]) {
      const ms = noEarlierThan(asked, () => random);

      const seconds = Math.ceil(asked / 1000);
      assert.ok(ms >= asked && ms <= seconds * 1100, `${asked} ms became ${ms} ms`);
      assert.equal(ms % 1000, 0);
    }
  }
});

test("waits that nobody asked for double from a second, up to the longest", () => {
  const waits = [1, 2, 3, 4, 10, 1000].map((failures) => backOffMs(failures, 900_000));

  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 512_000, 900_000]);
});
