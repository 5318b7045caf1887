import assert from "node:assert/strict";
import { test } from "node:test";
import { seeded } from "../../../bench/harness/random.ts";
import { virtualClock } from "../../../bench/model/clock.ts";

const start = new Date("2026-01-05T05:30:00Z");
const HOUR = 3_600_000;

test("who sleeps less wakes first, and equals in the order in which they fell asleep", async () => {
  const clock = virtualClock(start);
  const random = seeded(1);
  const delays = Array.from({ length: 500 }, () => Math.floor(random() * 100));
  const woken: [delay: number, at: number][] = [];

  for (const [n, delay] of delays.entries()) {
    void clock.sleep(delay).then(() => {
      assert.equal(clock.elapsed(), delay);
      woken.push([delay, n]);
    });
  }
  await clock.run();

  assert.equal(woken.length, 500);
  assert.deepEqual(
    woken,
    woken.toSorted(([a, m], [b, n]) => a - b || m - n),
  );
});

test("a day takes no longer than the work in it, and ends when nobody waits", async () => {
  const clock = virtualClock(start);
  let hours = 0;

  async function day(): Promise<void> {
    for (; hours < 24; hours += 1) await clock.sleep(HOUR);
  }
  const working = day();
  await clock.run();
  await working;

  assert.equal(hours, 24);
  assert.equal(clock.elapsed(), 24 * HOUR);
  assert.deepEqual(clock.now(), new Date("2026-01-06T05:30:00Z"));
});

test("no time passes while somebody is at work", async () => {
  const clock = virtualClock(start);
  let seen = Number.NaN;

  void clock.sleep(1);
  const working = (async () => {
    for (let n = 0; n < 1_000; n += 1) await Promise.resolve();
    seen = clock.elapsed();
  })();
  await clock.run();
  await working;

  assert.equal(seen, 0);
  assert.equal(clock.elapsed(), 1);
});

test("a wait that is called off ends at once, and time does not pass for it", async () => {
  const clock = virtualClock(start);
  const off = new AbortController();
  let reason: unknown;

  const called = clock.sleep(HOUR, off.signal).catch((error) => {
    reason = [error, clock.elapsed()];
  });
  void clock.sleep(5).then(() => off.abort("no longer needed"));
  await clock.run();
  await called;

  assert.deepEqual(reason, ["no longer needed", 5]);
  assert.equal(clock.elapsed(), 5);
});

test("a wait that was called off before does not begin", async () => {
  const clock = virtualClock(start);

  await assert.rejects(clock.sleep(HOUR, AbortSignal.abort(new Error("off"))), /off/);
  await clock.run();

  assert.equal(clock.elapsed(), 0);
});
