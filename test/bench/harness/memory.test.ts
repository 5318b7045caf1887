import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { peakAboveIdle } from "../../../bench/harness/memory.ts";

const MB = 1_048_576;

test("memory that was held only for a while is seen", async () => {
  const rise = await peakAboveIdle(async () => {
    const held = Buffer.alloc(192 * MB, 1);
    await pause(20);
    assert.equal(held.at(-1), 1);
  });

  // Some of it may take the place of what the process held at rest.
  assert.ok(rise >= 128, `${rise} MB`);
});

test("what was held before does not count", async () => {
  await peakAboveIdle(async () => {
    assert.equal(Buffer.alloc(192 * MB, 1).at(-1), 1);
  });

  const rise = await peakAboveIdle(() => pause(20));

  assert.ok(rise < 128, `${rise} MB`);
});

test("work that fails says so", async () => {
  await assert.rejects(
    peakAboveIdle(async () => {
      throw new Error("no such item");
    }),
    /no such item/,
  );
});
