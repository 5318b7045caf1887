import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { text } from "./files.ts";

/**
 * Whether Core Tools would put a file into the package.
 *
 * Its rules are not git's (azure-functions-core-tools, GitIgnoreParser): a line
 * with `!` lets in every path that begins so, whatever the other lines say.
 */
function isPublished(path: string, lines: readonly string[]): boolean {
  const admitted = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  return !lines.includes("*") || admitted.some((start) => path.startsWith(start));
}

test("the package holds the bundle, host.json and package.json, and nothing else", () => {
  const lines = text(".funcignore")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  const root = join(import.meta.dirname, "../..");
  const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).split("\n");
  const made = [
    "dist/main.cjs",
    "host.json",
    "local.settings.json",
    ".archiver/state.json",
    "node_modules/a/b.js",
  ];

  const published = [...tracked, ...made].filter((path) => isPublished(path, lines)).sort();

  assert.deepEqual([...new Set(published)], ["dist/main.cjs", "host.json", "package.json"]);
});
