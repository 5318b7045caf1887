import assert from "node:assert/strict";
import { test } from "node:test";
import { manifestFaults, readManifest } from "../../shared/connectors/manifest.ts";

const read = (text: string) => readManifest(Buffer.from(text));
const faultsOf = (text: string, files: string[]) => manifestFaults(read(text), files);

test("a manifest is a count and the names of the files", () => {
  assert.deepEqual(read("Count: 2\r\n1769766605120.eml\r\n1769766605121.eml\r\n"), {
    counts: [2],
    names: ["1769766605120.eml", "1769766605121.eml"],
    otherLines: [],
  });
});

test("a line that is neither is told by its number, and hides no name", () => {
  const manifest = read("TeleMessage\nCount:1\n\na.eml\nEnd of file");

  assert.deepEqual(manifest.names, ["a.eml"]);
  assert.deepEqual(manifest.otherLines, [1, 5]);
});

test("a name may stand behind a key, in quotes, or before a size and a hash", () => {
  const lines = [
    "Name: a.eml",
    '"b c.eml"',
    "d.eml, 1834",
    "e.EML\t12\tf00",
    "f.json|x",
    "g;h.eml",
  ];

  assert.deepEqual(read(lines.join("\n")).names, [
    "a.eml",
    "b c.eml",
    "d.eml",
    "e.EML",
    "f.json",
    "g;h.eml",
  ]);
});

test("a manifest is read in UTF-8, with or without a mark, in UTF-16 and in Windows' own", () => {
  const text = "Count: 1\nBücher.eml\n";
  for (const bytes of [
    Buffer.from(text),
    Buffer.from(`\ufeff${text}`),
    Buffer.from(`\ufeff${text}`, "utf16le"),
    Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
    Buffer.from(text, "latin1"),
  ]) {
    assert.deepEqual(manifestFaults(readManifest(bytes), ["Bücher.eml"]), []);
  }
});

test("a manifest that fits its files has no faults, whichever order they are in", () => {
  assert.deepEqual(faultsOf("b.eml\na.eml\nCount: 2", ["a.eml", "b.eml"]), []);
  assert.deepEqual(faultsOf("Count: 0", []), []);
});

test("a name may leave out the folder, where that is unmistakable", () => {
  assert.deepEqual(faultsOf("Count: 1\na.eml", ["2026-01-30/a.eml"]), []);
  assert.deepEqual(faultsOf("Count: 1\n.\\2026\\a.eml", ["2026/a.eml"]), []);
  assert.deepEqual(
    faultsOf("Count: 2\na.eml\na.eml", ["1/a.eml", "2/a.eml"]).map(({ code }) => code),
    ["file-missing", "manifest-names-file-twice", "file-not-in-manifest", "file-not-in-manifest"],
  );
});

test("accents written in two ways are the same name", () => {
  assert.deepEqual(faultsOf("Count: 1\nB\u00fccher.eml", ["Bu\u0308cher.eml"]), []);
});

test("every way in which a manifest and its files differ is told", () => {
  assert.deepEqual(faultsOf("a.eml", ["a.eml"]), [{ code: "manifest-without-count" }]);
  assert.deepEqual(faultsOf("Count: 2\na.eml", ["a.eml"]), [{ code: "manifest-count-differs" }]);
  assert.deepEqual(faultsOf("Count: 1\nCount: 2\na.eml", ["a.eml"]), [
    { code: "manifest-count-differs" },
  ]);
  assert.deepEqual(faultsOf("Count: 1\na.eml", ["b.eml"]), [
    { code: "file-missing", file: "a.eml" },
    { code: "file-not-in-manifest", file: "b.eml" },
  ]);
  assert.deepEqual(faultsOf("Count: 1\na.eml\na.eml", ["a.eml"]), [
    { code: "manifest-names-file-twice", file: "a.eml" },
  ]);
});

test("a manifest of a hundred thousand names is compared at once", () => {
  const files = Array.from({ length: 100_000 }, (_, n) => `folder/${n}.eml`);
  const manifest = [...files, "Count: 100000"].join("\n");

  assert.deepEqual(faultsOf(manifest, files), []);
});

test("a line made to be slow to read is read at once", () => {
  const line = `Name: ${"a.em ,;".repeat(100_000)}`;

  assert.deepEqual(read(`${line}\n${" ".repeat(1_000_000)}x`).otherLines, [1, 2]);
});
