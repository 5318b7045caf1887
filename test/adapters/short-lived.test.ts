import assert from "node:assert/strict";
import { test } from "node:test";
import { passedThrough } from "../../shared/adapters/short-lived.ts";

const MIB = 1_048_576;
const PIECE = 65_536;

test("pieces that nobody keeps do not pile up, however many of them pass", () => {
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;

  for (let passed = 0; passed < 256 * MIB; passed += PIECE) {
    passedThrough(Buffer.allocUnsafeSlow(PIECE).byteLength);
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }

  // Left to itself, V8 lets some 64 MB of them lie.
  assert.ok(most < 24 * MIB, `${most} bytes`);
});
