import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { openArchive } from "../../../shared/adapters/zip/archive.ts";
import { RangeReader } from "../../../shared/adapters/zip/range-reader.ts";
import { SourceError } from "../../../shared/domain/errors.ts";
import { gather } from "../../../shared/pipeline/streams.ts";
import { eml, type FileInZip, zipBytes } from "./zip-bytes.ts";

const LIMITS = { entries: 1_000, bytes: 1_048_576 };

function archiveOf(bytes: Buffer) {
  const read = async (start: number, length: number) => bytes.subarray(start, start + length);
  return openArchive(new RangeReader(read, bytes.length, { mostBlocks: 2 }));
}

async function filesOf(bytes: Buffer): Promise<Record<string, string>> {
  const archive = await archiveOf(bytes);
  const files: Record<string, string> = {};
  for (const entry of await archive.entries(LIMITS)) {
    files[entry.name] = String(await gather(archive.open(entry)));
  }
  return files;
}

test("files come out as they were packed, stored or deflated", async () => {
  const bytes = zipBytes([
    { name: "a.eml", content: eml("a") },
    { name: "folder/b.eml", content: eml("b"), method: 0 },
  ]);

  assert.deepEqual(await filesOf(bytes), { "a.eml": eml("a"), "folder/b.eml": eml("b") });
});

interface Yazl {
  ZipFile: new () => {
    outputStream: NodeJS.ReadableStream;
    addBuffer(bytes: Buffer, name: string, options?: object): void;
    addReadStreamLazy(name: string, open: (pass: (e: null, s: unknown) => void) => void): void;
    end(options?: object): void;
  };
}
const { ZipFile } = createRequire(import.meta.url)("yazl") as Yazl;

test("a ZIP64, and one that was written as a stream, are read as any other", async () => {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(eml("a")), "a.eml", { forceZip64Format: true });
  zip.addReadStreamLazy("b.eml", (pass) => pass(null, Readable.from([Buffer.from(eml("b"))])));
  zip.end({ forceZip64Format: true });

  const bytes = await buffer(zip.outputStream);

  assert.deepEqual(await filesOf(bytes), { "a.eml": eml("a"), "b.eml": eml("b") });
});

test("names are read in UTF-8, said or not, and else as DOS wrote them", async () => {
  const names = await filesOf(
    zipBytes([
      { name: "消息.eml", content: "1" },
      { name: "Büro.eml", content: "2", flags: 0 },
      { name: Buffer.from([0x42, 0x81, 0x2e, 0x65, 0x6d, 0x6c]), content: "3", flags: 0 },
    ]),
  );

  assert.deepEqual(Object.keys(names), ["消息.eml", "Büro.eml", "Bü.eml"]);
});

const damaged: Record<string, FileInZip> = {
  "a wrong checksum": { name: "a.eml", content: "Hello", claims: { crc32: 1 } },
  "fewer bytes than claimed": { name: "a.eml", content: "Hello", claims: { size: 6 } },
  "more bytes than claimed": { name: "a.eml", content: "Hello".repeat(9), claims: { size: 4 } },
  "a place where no file is": { name: "a.eml", content: "Hello", claims: { offset: 3 } },
  "a place behind its end": { name: "a.eml", content: "Hello", claims: { offset: 99_999 } },
};
for (const [what, file] of Object.entries(damaged)) {
  test(`a file with ${what} is damaged, and is told so before its end`, async () => {
    await assert.rejects(filesOf(zipBytes([file])), {
      name: "SourceError",
      code: "item-unavailable",
      detail: "damaged-file",
    });
  });
}

test("a file whose packed bytes were spoilt is damaged", async () => {
  const bytes = zipBytes([{ name: "a.eml", content: eml("a").repeat(100) }]);
  bytes.fill(0xff, 60, 70);

  await assert.rejects(filesOf(bytes), { code: "item-unavailable", detail: "damaged-file" });
});

test("what has no end of a ZIP is not one, or not yet", async () => {
  const whole = zipBytes([{ name: "a.eml", content: eml("a") }]);
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from("PK"),
    whole.subarray(0, -1),
    Buffer.alloc(99),
  ]) {
    await assert.rejects(archiveOf(bytes), { name: "ZipError", code: "not-a-zip" });
  }
});

test("a directory that is spoilt, or longer than its count, is damaged", async () => {
  const files = ["a", "b", "c"].map((name) => ({ name: `${name}.eml`, content: name }));
  const spoilt = zipBytes(files);
  spoilt.fill(0, spoilt.length - 100, spoilt.length - 60);

  await assert.rejects(filesOf(spoilt), { name: "ZipError", code: "damaged-directory" });
  await assert.rejects(filesOf(zipBytes(files, { count: 2 })), { code: "damaged-directory" });
  await assert.rejects(filesOf(zipBytes(files, { count: 4 })), { code: "damaged-directory" });
});

test("a directory beyond the limits is not read", async () => {
  const bytes = zipBytes([{ name: "a.eml" }, { name: "b.eml" }]);

  for (const limits of [
    { entries: 1, bytes: 1_048_576 },
    { entries: 9, bytes: 50 },
  ]) {
    const archive = await archiveOf(bytes);
    await assert.rejects(archive.entries(limits), { name: "ZipError", code: "too-many-files" });
  }
});

test("a storage account that fails says nothing of the ZIP", async () => {
  const bytes = zipBytes([{ name: "a.eml", content: randomBytes(5_000_000), method: 0 }]);
  const away = new SourceError("unavailable", "storage-unavailable");
  let isAway = false;
  const read = async (start: number, length: number) => {
    if (isAway) throw away;
    return bytes.subarray(start, start + length);
  };
  const reader = () => new RangeReader(read, bytes.length, { mostBlocks: 1 });
  const archive = await openArchive(reader());
  const [entry] = await archive.entries(LIMITS);
  assert.ok(entry);

  isAway = true;

  await assert.rejects(openArchive(reader()), away);
  await assert.rejects(archive.open(entry)[Symbol.asyncIterator]().next(), away);
});
