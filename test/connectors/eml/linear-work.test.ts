import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { before, test } from "node:test";
import { growingEmails } from "./growing-emails.ts";

let steps: Record<string, readonly [number, number]> = {};
before(() => {
  // In a process of its own: V8 forgets counters of code that it flushes, or loaded earlier.
  const args = ["--no-flush-bytecode", join(import.meta.dirname, "print-steps.ts")];
  steps = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
});

for (const name of Object.keys(growingEmails)) {
  test(`ten times the bytes are about ten times the work: ${name}`, () => {
    const [small = 0, large = 0] = steps[name] ?? [];

    assert.ok(small > 500, `only ${small} steps were counted`);
    assert.ok(large <= 12 * small, `${small} steps became ${large}`);
  });
}
