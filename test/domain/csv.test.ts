import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf } from "../../shared/domain/csv.ts";

test("cells with separators, quotes and line breaks come back as they went in", () => {
  assert.equal(
    csvOf([["a,b", 'say "x"', "two\nlines", 3, undefined]]),
    '\uFEFF"a,b","say ""x""","two\nlines",3,\r\n',
  );
});

test("a text that a spreadsheet would run stays a text", () => {
  for (const text of ["=HYPERLINK(1)", "+1555", "-1", "@SUM(A1)", "\tx"]) {
    assert.equal(csvOf([[text]]), `\uFEFF'${text}\r\n`);
  }
});
