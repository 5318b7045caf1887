import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

const ROOT = join(import.meta.dirname, "../..");
const run = promisify(execFile);

/** Secrets of Azure, which the rules of secretlint do not know. */
const AZURE_SECRETS: Readonly<Record<string, RegExp>> = {
  // Not the checksums of a lock file, which are as long.
  "key of a storage account": /(?<!sha512-)\b[A-Za-z0-9+/]{86}==/g,
  "secret of an app registration": /\b[\w.~-]{3}[78]Q~[\w.~-]{31,34}/g,
  "shared access signature": /[?&]sig=[A-Za-z0-9%+/=]{40,}/g,
  "private key": /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/g,
};

/** Azurite's one account: Microsoft publishes its key. */
const PUBLISHED =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

function secretsIn(text: string): string[] {
  return Object.entries(AZURE_SECRETS).flatMap(([kind, shape]) =>
    (text.match(shape) ?? []).filter((found) => found !== PUBLISHED).map(() => kind),
  );
}

test("no secret of Azure stands in a file of the repository", async () => {
  const { stdout } = await run("git", ["ls-files", "-z"], { cwd: ROOT });
  const files = stdout.split("\0").filter((file) => file !== "");
  assert.ok(files.length > 500);

  const found = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(ROOT, file), "utf8").catch(() => "");
      return secretsIn(text).map((kind) => `${file}: ${kind}`);
    }),
  );

  assert.deepEqual(found.flat(), []);
});

test("a secret of Azure would be found", () => {
  const letters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/abcdefghijklmnopqrstuv";
  const samples = [
    `AccountKey=${letters}==`,
    `abc8Q~${"x".repeat(34)}`,
    `https://x.blob.core.windows.net/a?sv=1&sig=${"x".repeat(44)}`,
    ["-----BEGIN", "PRIVATE KEY-----"].join(" "),
  ];

  assert.deepEqual(
    samples.map(secretsIn),
    Object.keys(AZURE_SECRETS).map((kind) => [kind]),
  );
});

test("the scanner of the check knows its rules, and finds what is planted", async () => {
  const planted = ["ghp", "16C7e42F292c6912E7710c838347Ae178B4a"].join("_");
  const scanner = run("npx", ["--no-install", "secretlint", "--stdinFileName=planted.txt"], {
    cwd: ROOT,
  });
  scanner.child.stdin?.end(planted);

  await assert.rejects(scanner, (error: { stdout: string }) => {
    assert.match(error.stdout, /GITHUB_TOKEN/);
    return true;
  });
});
