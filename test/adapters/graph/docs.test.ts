import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { clouds } from "../../../shared/adapters/graph/clouds.ts";
import { errorTable } from "../../../shared/domain/error-table.ts";

const docs = readFileSync(new URL("../../../docs/graph.md", import.meta.url), "utf8");

test("the guide tells the remedy of every failure as the code has it", () => {
  for (const { id, class: it, remedy } of errorTable) {
    const line = docs.split("\n").find((text) => text.startsWith(`| \`${id}\` |`));
    assert.ok(line?.includes(`| ${it} |`) && line.endsWith(`| ${remedy} |`), id);
  }
});

test("the guide names the addresses of every cloud", () => {
  for (const { baseUrl, authority } of Object.values(clouds)) {
    assert.ok(docs.includes(new URL(baseUrl).hostname));
    assert.ok(docs.includes(new URL(authority).hostname));
  }
});
