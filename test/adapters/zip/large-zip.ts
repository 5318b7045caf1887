import { crc32 } from "node:zlib";
import type { ReadRange } from "../../../shared/adapters/zip/range-reader.ts";
import { eml } from "./zip-bytes.ts";

const FILLER = 0x78;
const NO_32_BITS = 0xffffffff;

/**
 * A ZIP64 of stored emails with its manifest, which exists only as it is read:
 * headers lie like islands in a sea of the letter x.
 */
export function largeZip(options: { files: number; fileBytes: number }) {
  const { files, fileBytes } = options;
  const ids = Array.from({ length: files }, (_, n) => `m${n}`);
  const sea = Buffer.alloc(fileBytes, FILLER);
  const manifest = [`Count: ${files}`, ...ids.map((id) => `${id}.eml`)].join("\r\n");
  const contents = [
    ...ids.map((id) => ({ name: `${id}.eml`, head: Buffer.from(eml(id)), size: fileBytes })),
    { name: "delivery.mf", head: Buffer.from(manifest), size: Buffer.byteLength(manifest) },
  ];

  const islands: { start: number; bytes: Buffer }[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, head, size } of contents) {
    const crc = crc32(sea.subarray(0, size - head.length), crc32(head));
    const fields = fieldsOf(name, size, crc);
    const bytes = Buffer.concat([signature(0x04034b50), fields, Buffer.from(name), head]);
    islands.push({ start: offset, bytes });
    directory.push(directoryEntry(fields, name, offset));
    offset += bytes.length + size - head.length;
  }
  const end = Buffer.concat([...directory, endOf(directory, offset)]);
  islands.push({ start: offset, bytes: end });

  const read: ReadRange = async (start, length) => {
    const piece = Buffer.alloc(length, FILLER);
    for (const { start: at, bytes } of islands) {
      if (at >= start + length || at + bytes.length <= start) continue;
      bytes.copy(piece, Math.max(0, at - start), Math.max(0, start - at));
    }
    return piece;
  };
  return { size: offset + end.length, read, ids };
}

function fieldsOf(name: string, size: number, crc: number): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(45, 0);
  fields.writeUInt32LE(crc, 10);
  fields.writeUInt32LE(size, 14);
  fields.writeUInt32LE(size, 18);
  fields.writeUInt16LE(Buffer.byteLength(name), 22);
  return fields;
}

function directoryEntry(fields: Buffer, name: string, offset: number): Buffer {
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  fields.copy(entry, 6);
  entry.writeUInt16LE(12, 30);
  entry.writeUInt32LE(NO_32_BITS, 42);
  const zip64 = Buffer.alloc(12);
  zip64.writeUInt16LE(1, 0);
  zip64.writeUInt16LE(8, 2);
  zip64.writeBigUInt64LE(BigInt(offset), 4);
  return Buffer.concat([entry, Buffer.from(name), zip64]);
}

function endOf(directory: readonly Buffer[], start: number): Buffer {
  const size = directory.reduce((sum, entry) => sum + entry.length, 0);
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(directory.length), 24);
  record.writeBigUInt64LE(BigInt(directory.length), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(start + size), 8);
  locator.writeUInt32LE(1, 16);
  const end = Buffer.alloc(22, 0xff);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(0, 4);
  end.writeUInt16LE(0, 20);
  return Buffer.concat([record, locator, end]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
