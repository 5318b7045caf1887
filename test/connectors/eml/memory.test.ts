import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { largeEmails } from "./large-emails.ts";

const MIB = 1_048_576;
const script = join(import.meta.dirname, "print-memory.ts");

function measured(name: string, bytes: number): { risen: number; fileBytes: number } {
  const args = ["--expose-gc", script, name, String(bytes)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
}

test("an email of 150 MB is read in 64 MB above idle, and every byte of its film comes out", () => {
  const { risen, fileBytes } = measured("a film in base64", 150_000_000);

  assert.ok(risen <= 64 * MIB, `${risen} bytes`);
  // 57 bytes on each line of 78.
  const blockBytes = Math.ceil(60_000 / 78) * 57;
  assert.equal(fileBytes, Math.ceil(150_000_000 / (Math.ceil(60_000 / 78) * 78)) * blockBytes);
});

for (const name of Object.keys(largeEmails)) {
  test(`memory does not grow with the email, whatever it is made of: ${name}`, () => {
    const { risen } = measured(name, 20_000_000);

    assert.ok(risen <= 32 * MIB, `${risen} bytes`);
  });
}
