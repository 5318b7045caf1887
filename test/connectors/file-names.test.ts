import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { distinctFileNames, safeFileName } from "../../shared/connectors/file-names.ts";

const NAMES: readonly (readonly [string, string])[] = [
  ["menu.pdf", "menu.pdf"],
  ['菜单 🍜 «été» "it\'s".pdf', '菜单 🍜 «été» "it\'s".pdf'],
  ["👨‍👩‍👧.png", "👨‍👩‍👧.png"],
  ["../../etc/passwd", ".._.._etc_passwd"],
  ["C:\\menu.pdf", "C:_menu.pdf"],
  ["a\u0000b\nc\u007Fd\u2028e", "a_b_c_d_e"],
  ["gnp\u202Efdp.exe", "gnp_fdp.exe"],
  ["\uD83C.png", "_.png"],
  ["", "_"],
  ["   ", "_"],
  ["..", "__"],
];

for (const [name, safe] of NAMES) {
  test(`a file's name is safe to save under: ${JSON.stringify(name)}`, () => {
    assert.equal(safeFileName(name), safe);
  });
}

test("a name that is too long keeps its extension, and no half of a letter", () => {
  const name = safeFileName(`${"🍜".repeat(300)}.pdf`);

  assert.ok(name.length <= 255 && name.endsWith("🍜.pdf") && name.isWellFormed());
});

test("of names that are the same, whatever their case, each gets one of its own", () => {
  const names = distinctFileNames(["a.png", "A.PNG", "a (2).png", "a.png", "b"]);

  assert.deepEqual(names, ["a.png", "A (2).PNG", "a (2) (2).png", "a (3).png", "b"]);
});

test("whatever the names, they become as many safe and distinct ones, and safe ones stay", () => {
  const name = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("a", "A", "a (2)", "x".repeat(300), "x".repeat(299)),
  );
  fc.assert(
    fc.property(fc.array(name, { maxLength: 30 }), (names) => {
      const safe = distinctFileNames(names.map(safeFileName));

      assert.equal(new Set(safe.map((it) => it.toLowerCase())).size, names.length);
      for (const each of safe) {
        assert.match(each, /^(?!\.{1,2}$)[^/\\\p{Cc}\uD800-\uDFFF]{1,255}$/u);
        assert.equal(safeFileName(each), each);
      }
    }),
  );
});
