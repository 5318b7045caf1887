import assert from "node:assert/strict";
import { test } from "node:test";
import { paths, template, text } from "./files.ts";
import { queryCheck } from "./kusto.ts";
import { type Telemetry, unknownNames } from "./query-names.ts";

const telemetry: Telemetry = JSON.parse(text("infra/telemetry.json"));
const check = queryCheck(JSON.parse(text("infra/queries/tables.json")).tables);
const queries = paths("infra/queries/*.kql").map((path) => ({ path, query: text(path) }));

/** A function's name is its file's: architecture, outside names. */
const functions = ["collect", "convert", "import", "reconcile", "health", "operations", "console"];

const names = (query: string) => unknownNames(query, telemetry, functions);

test("Log Analytics would run every query", () => {
  assert.ok(queries.length >= 20);
  for (const { path, query } of queries) {
    assert.deepEqual(check(query).faults, [], path);
  }
});

test("a query asks only for what the app sends", () => {
  for (const { path, query } of queries) {
    assert.deepEqual(names(query), [], path);
  }
});

test("every metric and event that the app sends is asked for by some query", () => {
  const all = queries.map(({ query }) => query).join("\n");
  const unasked = [...Object.keys(telemetry.events), ...Object.keys(telemetry.metrics)].filter(
    (name) => !all.includes(`"${name}"`),
  );

  assert.deepEqual(unasked, []);
});

test("a misspelt table, column, operator, event or property does not pass", () => {
  const good = text("infra/queries/run-unbalanced.kql");

  assert.notDeepEqual(check(good.replace("AppEvents", "AppEvent")).faults, []);
  assert.notDeepEqual(check(good.replace("Name ==", "Nme ==")).faults, []);
  assert.notDeepEqual(check(good.replace("summarize", "sumarize")).faults, []);
  assert.deepEqual(names(good.replace("RunUnbalanced", "RunUnbalance")), ["RunUnbalance"]);
  assert.deepEqual(names(good.replace("Properties.runId", "Properties.run")), ["Properties.run"]);
});

test("an empty hour still makes the dead man's switch count to nothing", () => {
  const query = text("infra/queries/reconcile-silent.kql");

  const last = query.trim().split("\n").at(-1) ?? "";
  assert.match(last, /^\| summarize Finished = count\(\)$/);
});

test("every query file is used by the template", () => {
  const used = ["infra/modules/alerts.bicep", "infra/modules/workbook.bicep"].flatMap((path) =>
    [...template(path).source.matchAll(/loadTextContent\('\.\.\/(queries\/[^']+)'\)/g)].map(
      ([, file]) => `infra/${file}`,
    ),
  );

  assert.deepEqual(
    [...used].sort(),
    queries.map(({ path }) => path),
  );
});
