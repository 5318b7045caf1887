import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { table, text } from "../infra/files.ts";

const ROOT = join(import.meta.dirname, "../..");
const document = text("docs/security.md");

/** Files and folders that a text names in code marks. */
function pathsIn(markdown: string): string[] {
  return [
    ...markdown.matchAll(/`((?:shared|infra|test|docs|functions)\/[\w./-]+|[\w-]+\.ts)`/g),
  ].map(([, path = ""]) => path);
}

test("every file that the threat model leans on is there", () => {
  const paths = pathsIn(document);

  assert.ok(paths.length > 40);
  assert.deepEqual(
    paths.filter((path) => !existsSync(join(ROOT, path))),
    [],
  );
});

test("every lesson of the breach is met by something that a test proves", () => {
  const rows = [
    ...table(document, "## Lessons of May 2025"),
    ...table(document, "## What arrives is hostile"),
  ];

  const unproven = rows.filter((row) => !/(?:^|, )(?:test|infra)\//.test(row["proven by"] ?? ""));
  assert.ok(rows.length >= 18);
  assert.deepEqual(unproven, []);
});
