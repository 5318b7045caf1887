import assert from "node:assert/strict";
import { test } from "node:test";
import { withTable } from "../../../bench/charts/page.ts";

const BEGIN = "<!-- The bench writes what follows: npm run bench -->";
const END = "<!-- end of what the bench writes -->";
const page = `# Performance\n\n${BEGIN}\n\nthe table of before\n${END}\n\nWritten by hand.\n`;

test("the table takes the place of the one before, and what was written by hand stays", () => {
  const written = withTable(page, "| the | table |\n");

  assert.equal(
    written,
    `# Performance\n\n${BEGIN}\n\n| the | table |\n\n${END}\n\nWritten by hand.\n`,
  );
});

test("written again, the page is the same", () => {
  const once = withTable(page, "$& and $1 are no patterns\n");

  assert.equal(withTable(once, "$& and $1 are no patterns\n"), once);
  assert.match(once, /^\$& and \$1 are no patterns$/m);
});

test("a page without both marks, once and in their order, is not written", () => {
  const pages = [
    "",
    page.replace(BEGIN, ""),
    page.replace(END, ""),
    page + BEGIN,
    page + END,
    page + page,
    `${END}\n${BEGIN}\n`,
  ];

  for (const each of pages) assert.throws(() => withTable(each, "table"), /each of its marks once/);
});
