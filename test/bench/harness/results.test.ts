import assert from "node:assert/strict";
import { test } from "node:test";
import { benches } from "../../../bench/benches.ts";
import { withRow } from "../../../bench/harness/results.ts";
import { foundRow } from "../found-row.ts";

const rowsOf = ({ rows }: ReturnType<typeof withRow>) =>
  rows.map(({ name, title }) => `${name}: ${title}`);

test("a row takes the place of the one before, and the others stay", () => {
  const before = { rows: [foundRow("convert-json", "old"), foundRow("mapping", "kept")] };

  const after = withRow(before, foundRow("convert-json", "new"));

  assert.deepEqual(rowsOf(after), ["convert-json: new", "mapping: kept"]);
});

test("rows stand in the order of the benches, whichever was run last", () => {
  const names = benches.map(({ name }) => name);

  const results = names
    .toReversed()
    .reduce<ReturnType<typeof withRow>>((so, name) => withRow(so, foundRow(name)), { rows: [] });

  assert.deepEqual(
    results.rows.map(({ name }) => name),
    names,
  );
});

test("a row of a bench that is no more is dropped", () => {
  const before = { rows: [foundRow("a-bench-of-old"), foundRow("mapping")] };

  assert.deepEqual(rowsOf(withRow(before, foundRow("fleet"))), [
    "mapping: A bench",
    "fleet: A bench",
  ]);
});

test("the first row needs no results before it", () => {
  assert.deepEqual(rowsOf(withRow(undefined, foundRow("fleet"))), ["fleet: A bench"]);
});

test("no two benches have one name", () => {
  assert.equal(new Set(benches.map(({ name }) => name)).size, benches.length);
});
