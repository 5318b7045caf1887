import { z } from "zod";
import type { ZipLocation } from "../zip/archive.ts";

/** Where an item's bytes lie: in a file of its own, or in a ZIP. */
export interface Locator {
  readonly blob: string;
  readonly etag: string;
  /** The whole file's. */
  readonly size: number;
  readonly inZip?: ZipLocation;
}

const size = z.int().nonnegative();

/** A list, since up to a hundred of them are stored in one cell of a table. */
const Fields = z.union([
  z.tuple([z.string(), z.string(), size]),
  z.tuple([z.string(), z.string(), size, size, size, size, size, size]),
]);

export function writeLocator({ blob, etag, size, inZip }: Locator): string {
  const file = [blob, etag, size];
  if (!inZip) return JSON.stringify(file);
  const { offset, compressedSize, size: unpacked, crc32, method } = inZip;
  return JSON.stringify([...file, offset, compressedSize, unpacked, crc32, method]);
}

/** Throws on anything that `writeLocator` did not write. */
export function readLocator(text: string): Locator {
  const [blob, etag, size, ...rest] = Fields.parse(JSON.parse(text));
  const [offset, compressedSize, unpacked, crc32, method] = rest;
  if (offset === undefined) return { blob, etag, size };
  const inZip = {
    offset,
    compressedSize: compressedSize ?? 0,
    size: unpacked ?? 0,
    crc32: crc32 ?? 0,
    method: method ?? 0,
  };
  return { blob, etag, size, inZip };
}
