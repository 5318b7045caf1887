import assert from "node:assert/strict";
import { test } from "node:test";
import { text } from "../../infra/files.ts";
import { queryCheck } from "../../infra/kusto.ts";

test("Log Analytics would run every query of the documents", () => {
  const check = queryCheck(JSON.parse(text("infra/queries/tables.json")).tables);
  const queries = ["docs/observability.md", "docs/cost.md"].flatMap((path) =>
    [...text(path).matchAll(/^```kusto\n([\s\S]*?)^```$/gm)].map(([, query = ""]) => query),
  );

  assert.ok(queries.length >= 4);
  for (const query of queries) {
    assert.deepEqual(check(query).faults, [], query);
  }
});
