import { pipeline } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import {
  type Entry as DirectoryEntry,
  Entry,
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  type ZipFile,
} from "yauzl";
import { SourceError } from "../../domain/errors.ts";
import type { Chunks } from "../../pipeline/ports.ts";
import { gather } from "../../pipeline/streams.ts";
import type { FaultCode } from "./fault.ts";
import type { RangeReader } from "./range-reader.ts";

/** A file in a ZIP, as the ZIP's directory tells it. */
export interface ZipEntry {
  readonly name: string;
  /** Where its local header begins. */
  readonly offset: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly crc32: number;
  /** 0 stored, 8 deflated; nothing else is read. */
  readonly method: number;
  readonly isEncrypted: boolean;
}

/** What is needed to find and check a file's bytes. */
export type ZipLocation = Omit<ZipEntry, "name" | "isEncrypted">;

export interface DirectoryLimits {
  readonly entries: number;
  readonly bytes: number;
}

export interface ZipArchive {
  /** Every entry, in the order of the directory; read once. Throws `ZipError`. */
  entries(limits: DirectoryLimits): Promise<ZipEntry[]>;
  /**
   * A file's bytes, unpacked. Throws `SourceError` (`item-unavailable`,
   * `damaged-file`) in the midst of the iteration unless size and CRC-32 fit.
   */
  open(location: ZipLocation): Chunks;
}

/** The archive as a whole cannot be read. */
export class ZipError extends Error {
  override readonly name = "ZipError";
  readonly code: FaultCode;

  constructor(code: FaultCode, options: { cause?: unknown } = {}) {
    super(`ZIP refused: ${code}`, options);
    this.code = code;
  }
}

/** Opens a ZIP, or a ZIP64, of which only the end is read. Throws `ZipError` (`not-a-zip`). */
export async function openArchive(reader: RangeReader): Promise<ZipArchive> {
  // Names are decoded here: yauzl's own refusal of a name would not tell which rule it broke.
  const options = { autoClose: false, decodeStrings: false };
  const zip = await fromRandomAccessReaderPromise(reader, reader.size, options).catch(
    refuse("not-a-zip"),
  );
  let directory: Promise<ZipEntry[]> | undefined;
  return {
    entries(limits) {
      directory ??= readDirectory(zip, reader, limits);
      return directory;
    },
    open: (location) => unpack(zip, reader, location),
  };
}

const CENTRAL_HEADER = 0x02014b50;

async function readDirectory(
  zip: ZipFile,
  reader: RangeReader,
  limits: DirectoryLimits,
): Promise<ZipEntry[]> {
  // The types call it a boolean; it is where the next entry begins.
  const position = () => Number(zip.readEntryCursor);
  if (zip.entryCount > limits.entries || reader.size - position() > limits.bytes) {
    throw new ZipError("too-many-files");
  }
  const entries: ZipEntry[] = [];
  try {
    for await (const entry of zip.eachEntry()) entries.push(zipEntry(entry));
  } catch (error) {
    const isEncrypted = error instanceof Error && /strong encryption/.test(error.message);
    return refuse(isEncrypted ? "encrypted" : "damaged-directory")(error);
  }
  // The count of a plain ZIP has 16 bits: after 65,535 files it begins again at 0, and the rest would be lost.
  if (await isHeaderAt(reader, position())) throw new ZipError("damaged-directory");
  return entries;
}

async function isHeaderAt(reader: RangeReader, position: number): Promise<boolean> {
  if (position + 4 > reader.size) return false;
  const signature = await gather(reader.range(position, position + 4));
  return signature.readUInt32LE() === CENTRAL_HEADER;
}

const UTF8_NAME = 0x800;

function zipEntry(entry: DirectoryEntry): ZipEntry {
  // Many tools write UTF-8 and do not say so.
  const flags = isUtf8(entry.fileNameRaw)
    ? entry.generalPurposeBitFlag | UTF8_NAME
    : entry.generalPurposeBitFlag;
  return {
    name: getFileNameLowLevel(flags, entry.fileNameRaw, entry.extraFields, true),
    offset: entry.relativeOffsetOfLocalHeader,
    compressedSize: entry.compressedSize,
    size: entry.uncompressedSize,
    crc32: entry.crc32,
    method: entry.compressionMethod,
    isEncrypted: entry.isEncrypted(),
  };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

async function* unpack(zip: ZipFile, reader: RangeReader, location: ZipLocation): Chunks {
  const header = Object.assign(new Entry(), {
    relativeOffsetOfLocalHeader: location.offset,
    compressedSize: location.compressedSize,
  });
  let size = 0;
  let sum = 0;
  try {
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(header, { minimal: true });
    const packed = reader.range(fileDataStart, fileDataStart + location.compressedSize);
    for await (const chunk of location.method === 0 ? packed : inflated(packed)) {
      size += chunk.byteLength;
      // Checked while it grows: a directory that lies about sizes must not fill a disk.
      if (size > location.size) throw new ZipError("damaged-file");
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (error) {
    if (isStorageFailure(error)) throw error;
    throw new SourceError("item-unavailable", "damaged-file", { cause: error });
  }
  if (size !== location.size || sum !== location.crc32) {
    throw new SourceError("item-unavailable", "damaged-file");
  }
}

async function* inflated(packed: Chunks): Chunks {
  const inflate = createInflateRaw();
  // Failures come out of the iteration below.
  pipeline(packed, inflate, () => {});
  yield* inflate;
}

/** A storage account that is away says nothing of the ZIP that lies in it. */
function isStorageFailure(error: unknown): boolean {
  return error instanceof SourceError;
}

function refuse(code: FaultCode): (error: unknown) => never {
  return (error) => {
    if (isStorageFailure(error)) throw error;
    throw new ZipError(code, { cause: error });
  };
}
