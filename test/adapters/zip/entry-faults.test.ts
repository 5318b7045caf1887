import assert from "node:assert/strict";
import { test } from "node:test";
import type { ZipEntry } from "../../../shared/adapters/zip/archive.ts";
import { entryFaults, zipLimits } from "../../../shared/adapters/zip/entry-faults.ts";

const GIB = 1_073_741_824;

/** Entries one behind the other, each as given. */
function codesOf(given: readonly Partial<ZipEntry>[], zipSize = 100 * GIB): string[] {
  let offset = 0;
  const entries = given.map((it) => {
    const entry: ZipEntry = {
      name: "a.eml",
      offset,
      compressedSize: 10,
      size: 20,
      crc32: 0,
      method: 8,
      isEncrypted: false,
      ...it,
    };
    offset += 100 + entry.compressedSize;
    return entry;
  });
  return entryFaults(entries, zipSize, zipLimits).map(({ code }) => code);
}

test("emails, JSON items, a manifest and folders are what a ZIP may hold", () => {
  const names = ["a.eml", "b.JSON", "x.mf", "f/c.eml"].map((name) => ({ name }));

  assert.deepEqual(codesOf([...names, { name: "f/", size: 0, compressedSize: 0 }]), []);
});

test("a name that leads out of its folder is refused, however written", () => {
  const names = ["../a.eml", "f/../../a.eml", "/a.eml", "C:/a.eml", "C:a.eml", "..\\a.eml"];
  for (const name of [...names, "a\u0000.eml", "a\n.eml", `${"a".repeat(1_100)}.eml`]) {
    assert.deepEqual(codesOf([{ name }]), ["unsafe-name"], name);
  }
});

test("two files of one name are refused, also where only case or accents differ", () => {
  assert.deepEqual(codesOf([{ name: "a.eml" }, { name: "a.eml" }]), ["duplicate-name"]);
  assert.deepEqual(codesOf([{ name: "A.eml" }, { name: "a.EML" }]), ["duplicate-name"]);
  assert.deepEqual(codesOf([{ name: "\u00fc.eml" }, { name: "u\u0308.eml" }]), ["duplicate-name"]);
});

test("an encrypted file, a ZIP in a ZIP, an empty file and an unknown kind are refused", () => {
  assert.deepEqual(codesOf([{ isEncrypted: true }]), ["encrypted"]);
  assert.deepEqual(codesOf([{ name: "inner.zip" }]), ["nested-zip"]);
  assert.deepEqual(codesOf([{ size: 0, compressedSize: 0 }]), ["empty-file"]);
  assert.deepEqual(codesOf([{ name: "run.exe" }]), ["unknown-kind"]);
  assert.deepEqual(codesOf([{ name: ".eml/", size: 5 }]), ["unknown-kind"]);
  assert.deepEqual(codesOf([{ method: 14 }]), ["unknown-compression"]);
});

test("a file, or all of them, larger than any delivery is refused", () => {
  assert.deepEqual(codesOf([{ size: 2 * GIB, compressedSize: 2 * GIB }]), ["too-large"]);
  const many = Array.from({ length: 80 }, (_, n) => ({
    name: `${n}.eml`,
    size: GIB,
    compressedSize: GIB,
  }));
  assert.deepEqual(codesOf(many), ["too-large"]);
});

test("much out of little is a bomb; a white picture is not", () => {
  assert.deepEqual(codesOf([{ size: GIB, compressedSize: GIB / 1_000 }]), ["zip-bomb"]);
  assert.deepEqual(codesOf([{ size: 50 * 1_048_576, compressedSize: 50_000 }]), []);
  const swarm = Array.from({ length: 100 }, (_, n) => ({
    name: `${n}.eml`,
    size: 100 * 1_048_576,
    compressedSize: 100_000,
  }));
  assert.deepEqual(codesOf(swarm, 11_000_000), ["zip-bomb"]);
});

test("files that share their bytes, or reach behind the end, are refused", () => {
  const first = { name: "a.eml", compressedSize: 1_000, size: 1_000, offset: 0 };
  const second = { name: "b.eml", compressedSize: 1_000, size: 1_000 };

  assert.deepEqual(codesOf([first, { ...second, offset: 500 }]), ["overlapping-files"]);
  assert.deepEqual(codesOf([first], 900), ["overlapping-files"]);
  assert.deepEqual(codesOf([first, { ...second, offset: 1_030 }], 2_060), []);
});
