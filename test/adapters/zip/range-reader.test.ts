import assert from "node:assert/strict";
import { test } from "node:test";
import { RangeReader } from "../../../shared/adapters/zip/range-reader.ts";

const MIB = 1_048_576;

/** A file of which every byte is its place, modulo 251; and what was asked of it. */
function countedFile(size: number, options = { mostBlocks: 2 }) {
  const asked: [start: number, length: number][] = [];
  const read = async (start: number, length: number) => {
    asked.push([start, length]);
    return Uint8Array.from({ length }, (_, n) => (start + n) % 251);
  };
  return { reader: new RangeReader(read, size, options), asked };
}

async function bytesOf(reader: RangeReader, start: number, end: number): Promise<number[]> {
  const bytes: number[] = [];
  for await (const piece of reader.range(start, end)) bytes.push(...piece);
  return bytes;
}

test("a range across blocks is exactly the bytes between its ends", async () => {
  const { reader } = countedFile(5 * MIB);

  const bytes = await bytesOf(reader, 2 * MIB - 3, 2 * MIB + 3);

  assert.deepEqual(
    bytes,
    [-3, -2, -1, 0, 1, 2].map((n) => (2 * MIB + n) % 251),
  );
});

test("many small reads side by side are one request", async () => {
  const { reader, asked } = countedFile(MIB);

  await Promise.all(Array.from({ length: 100 }, (_, n) => bytesOf(reader, n * 46, n * 46 + 46)));

  assert.deepEqual(asked, [[0, MIB]]);
});

test("only the blocks used last are held", async () => {
  const { reader, asked } = countedFile(8 * MIB);

  for (const at of [0, 2, 0, 4, 0, 2]) await bytesOf(reader, at * MIB, at * MIB + 1);

  assert.deepEqual(
    asked.map(([start]) => start / MIB),
    [0, 2, 4, 2],
  );
});

test("a range behind the end of the file is an error, not fewer bytes", async () => {
  const { reader } = countedFile(100);

  await assert.rejects(bytesOf(reader, 90, 101), RangeError);
  assert.deepEqual(await bytesOf(reader, 100, 100), []);
});

test("a failure is not remembered: the next try asks again", async () => {
  let tries = 0;
  const read = async (_start: number, length: number) => {
    tries += 1;
    if (tries === 1) throw new Error("away");
    return new Uint8Array(length);
  };
  const reader = new RangeReader(read, 10, { mostBlocks: 1 });

  await assert.rejects(bytesOf(reader, 0, 10), /away/);
  assert.equal((await bytesOf(reader, 0, 10)).length, 10);
});
