import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../../../bench/model/clock.ts";
import { modelStorage, STORAGE_LATENCY_MS, STORAGE_TARGETS } from "../../../bench/model/storage.ts";

function storageWorld() {
  const clock = virtualClock(new Date("2026-01-05T05:30:00Z"));
  return { clock, storage: modelStorage(clock) };
}

test("a transaction takes its latency, and many at once take their turns in the account", async () => {
  const { clock, storage } = storageWorld();
  const second = STORAGE_TARGETS.accountPerSecond;

  void storage.transact();
  await clock.run();
  assert.equal(clock.elapsed(), STORAGE_LATENCY_MS);

  for (let n = 0; n <= second; n += 1) void storage.transact();
  await clock.run();
  assert.ok(Math.abs(clock.elapsed() - (1_000 + 2 * STORAGE_LATENCY_MS)) < 1);
});

test("a partition that many share has a line of its own, those of single items do not", async () => {
  const { clock, storage } = storageWorld();
  const table = storage.table("Deliveries");
  const second = STORAGE_TARGETS.partitionPerSecond;

  for (let n = 0; n < second; n += 1) void table.get(`i-${n}`, "ann");
  await clock.run();
  const apart = clock.elapsed();
  for (let n = 0; n < second; n += 1) void table.get("gate", "ann");
  await clock.run();

  assert.ok(apart < 200, `${apart} ms`);
  assert.ok(clock.elapsed() - apart > 900, `${clock.elapsed()} ms`);
  assert.deepEqual([...storage.counts.byLine], [["Deliveries/gate", second]]);
  assert.equal(storage.counts.transactions, 2 * second);
});
