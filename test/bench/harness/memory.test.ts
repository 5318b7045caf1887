import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { peakAboveIdle } from "../../../bench/harness/memory.ts";

const MB = 1_048_576;
/** Much more than what a process at rest gains and loses by itself. */
const MUCH = 192;

/** Memory that the process truly has: every page of it is written to. */
function taken(): ArrayBuffer {
  const memory = new ArrayBuffer(MUCH * MB);
  new Uint8Array(memory).fill(1);
  return memory;
}

test("memory that was held only for a while is seen", async () => {
  const rise = await peakAboveIdle(async () => {
    const held = taken();
    await pause(20);
    // Given back at once, whenever the collector comes.
    held.transfer(0);
    await pause(20);
  });

  assert.ok(rise >= MUCH * 0.75, `${rise} MB`);
});

test("what was held before does not count", async () => {
  const held = taken();

  const rise = await peakAboveIdle(() => pause(20));

  assert.equal(held.byteLength, MUCH * MB);
  assert.ok(rise < MUCH * 0.75, `${rise} MB`);
});

test("what was held before and is gone does not count either", async () => {
  taken().transfer(0);

  const rise = await peakAboveIdle(() => pause(20));

  assert.ok(rise < MUCH * 0.75, `${rise} MB`);
});

test("work that fails says so", async () => {
  await assert.rejects(
    peakAboveIdle(async () => {
      throw new Error("no such item");
    }),
    /no such item/,
  );
});
