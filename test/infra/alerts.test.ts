import assert from "node:assert/strict";
import { test } from "node:test";
import { at, literal, paths, table, template, text, texts } from "./files.ts";
import { queryCheck } from "./kusto.ts";

const alerts = template("infra/modules/alerts.bicep");
const committed = table(text("infra/alerts.md"), "# Alerts");
const check = queryCheck(JSON.parse(text("infra/queries/tables.json")).tables);

/** The rules that ask the logs: those of the list, and the digest. */
const rules = alerts.declarations.flatMap(({ keyword, name, value }) =>
  keyword === "var" && name === "rules" && value.kind === "list" ? value.items : [],
);

test("every alert is in the committed table, with its severity, and none besides", () => {
  const listed = rules.map((rule) => [literal(at(rule, "name")), literal(at(rule, "severity"))]);
  const others = [
    ["unmapped-digest", "4"],
    ["events-dropped", "2"],
    ["secret-expiry", "2"],
    ["budget", "–"],
  ];

  assert.deepEqual(
    [...listed, ...others].map((row) => row.join(" ")).sort(),
    committed.map((row) => `${row["alert"]} ${row["severity"]}`).sort(),
  );
});

test("every alert leads to its own paragraph of the operators' guide", () => {
  const anchors = ["alerts", "platform-alerts"].flatMap((name) => {
    const { source } = template(`infra/modules/${name}.bicep`);
    return [...source.matchAll(/#alert-(\S+?)['\s]/g)].map(([, anchor]) =>
      anchor?.endsWith("rule.name}") ? "each rule of the list" : anchor,
    );
  });

  assert.deepEqual([...new Set(anchors)].sort(), [
    "each rule of the list",
    "events-dropped",
    "secret-expiry",
    "unmapped-digest",
  ]);
});

test("every rule measures and splits by columns that its query has", () => {
  assert.ok(rules.length >= 13);
  for (const rule of rules) {
    const name = literal(at(rule, "name"));
    const { columns } = check(text(`infra/queries/${name}.kql`));
    const asked = [literal(at(rule, "column")), ...texts(at(rule, "dimensions"), alerts)];
    const unknown = asked.filter((column) => !columns.includes(column));

    assert.deepEqual(unknown, [], name);
    assert.equal(literal(at(rule, "query")), `loadTextContent('../queries/${name}.kql')`);
  }
  assert.deepEqual(check(text("infra/queries/unmapped-digest.kql")).columns, [
    "Connector",
    "Items",
  ]);
});

test("only a rule that must speak of an empty table has no split", () => {
  const whole = rules
    .filter((rule) => texts(at(rule, "dimensions"), alerts).length === 0)
    .map((rule) => literal(at(rule, "name")));

  assert.deepEqual(whole, ["reconcile-silent", "graph-unavailable", "blob-trigger-poison"]);
});

test("every query is an alert's or the workbook's", () => {
  const known = new Set(committed.map((row) => row["alert"]));
  const strangers = paths("infra/queries/*.kql")
    .map((path) => path.replace(/^.*\/|\.kql$/g, ""))
    .filter((name) => !known.has(name) && !name.startsWith("workbook-"));

  assert.deepEqual(strangers, []);
});
