import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { machine } from "../../../bench/harness/machine.ts";
import { ROOT } from "../../../bench/harness/root.ts";

test("a result says with which versions it was measured, and of which commit", () => {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(ROOT, "package.json"), "utf8"),
  );
  const pinned = { ...dependencies, ...devDependencies };

  const { packages, node, commit } = machine();

  assert.equal(node, process.versions.node);
  assert.match(commit, /^([0-9a-f]{40})?$/);
  for (const [name, version] of Object.entries(packages)) assert.equal(version, pinned[name], name);
});
