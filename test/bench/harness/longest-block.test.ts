import assert from "node:assert/strict";
import { test } from "node:test";
import { longestBlock } from "../../../bench/harness/longest-block.ts";

const BUSY_MS = 60;

function busy(): void {
  for (const until = performance.now() + BUSY_MS; performance.now() < until; ) Math.sqrt(2);
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("work that keeps the event loop to itself is seen, wherever it does so", async () => {
  const atOnce = await longestBlock(busy);
  const later = await longestBlock(async () => {
    await turn();
    busy();
    await turn();
  });

  assert.ok(atOnce.value >= BUSY_MS);
  assert.ok(later.value >= BUSY_MS);
});

test("blocks do not add up when others may run between them", async () => {
  const { value } = await longestBlock(async () => {
    for (let n = 0; n < 10; n += 1) {
      busy();
      await turn();
    }
  });

  assert.ok(value >= BUSY_MS && value < 10 * BUSY_MS);
});

test("work that fails says so, and leaves nothing running", async () => {
  const failing = longestBlock(async () => {
    throw new Error("no such item");
  });

  await assert.rejects(failing, /no such item/);
  await turn();
  await turn();
  assert.ok(!process.getActiveResourcesInfo().includes("Immediate"));
});
