import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { eachLimited } from "../../shared/pipeline/each-limited.ts";

test("when the items break off, those under way are awaited before the failure is thrown", async () => {
  const brokenOff = new Error("broken off");
  const done: number[] = [];
  async function* items() {
    yield 1;
    yield 2;
    throw brokenOff;
  }

  const all = eachLimited(items(), 8, async (item) => {
    await pause(5);
    done.push(item);
  });

  await assert.rejects(all, brokenOff);
  assert.deepEqual(done, [1, 2]);
});
