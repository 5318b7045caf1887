import type { ContainerClient } from "@azure/storage-blob";
import { type Manifest, manifestFaults, readManifest } from "../../connectors/manifest.ts";
import type { Chunks } from "../../pipeline/ports.ts";
import { gather } from "../../pipeline/streams.ts";
import { openArchive, type ZipArchive, type ZipEntry, ZipError } from "../zip/archive.ts";
import {
  entryFaults,
  isFolder,
  isItemName,
  isManifestName,
  type ZipLimits,
} from "../zip/entry-faults.ts";
import type { Fault } from "../zip/fault.ts";
import type { ExaminedFile } from "./reports.ts";
import { type DropFile, fileReader } from "./storage.ts";

const LARGEST_MANIFEST_BYTES = 32 * 1_048_576;
/** 32 MB: eight items are read at once, and each may lie in a block of its own. */
const BLOCKS_OF_A_ZIP = 16;

/** A ZIP of which the directory and the manifests were read and compared. */
export interface OpenedZip {
  readonly archive: ZipArchive | undefined;
  /** The items in it. */
  readonly entries: readonly ZipEntry[];
  readonly faults: readonly Fault[];
  /** The end or the manifest is missing, as while it is being written. */
  readonly isIncomplete: boolean;
  readonly unknownManifestLines: readonly number[];
  /** The ids that were found while the files were checked, by entry. */
  readonly ids: Map<number, string>;
}

export type ArchiveOf = (file: DropVersion) => Promise<ZipArchive>;
type DropVersion = Pick<DropFile, "name" | "etag" | "size">;

/** Archives by file, of which the last is kept: the items of one ZIP come one after the other. */
export function lastArchive(container: ContainerClient): ArchiveOf {
  let last: { name: string; etag: string; archive: Promise<ZipArchive> } | undefined;
  return (file) => {
    const { name, etag } = file;
    if (last?.name !== name || last.etag !== etag) {
      const archive = openArchive(fileReader(container, file, { mostBlocks: BLOCKS_OF_A_ZIP }));
      last = { name, etag, archive };
      // A storage account that was away must be asked again.
      archive.catch(() => {
        last = undefined;
      });
    }
    return last.archive;
  };
}

/** Opens a ZIP of the drop. Faults are told, not thrown; throws `SourceError` when the storage does not answer. */
export async function openZip(
  { file, manifests }: ExaminedFile,
  deps: { container: ContainerClient; archiveOf: ArchiveOf; limits: ZipLimits },
): Promise<OpenedZip> {
  const { container, archiveOf, limits } = deps;
  const refused = { archive: undefined, entries: [], unknownManifestLines: [], ids: new Map() };
  let archive: ZipArchive;
  let all: ZipEntry[];
  try {
    archive = await archiveOf(file);
    all = await archive.entries({ entries: limits.entries, bytes: limits.directoryBytes });
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    const isIncomplete = error.code === "not-a-zip";
    return { ...refused, faults: [{ code: error.code }], isIncomplete };
  }

  const entries = all.filter((entry) => isItemName(entry.name));
  const faults = entryFaults(all, file.size, limits);
  const inside = all.filter((entry) => isManifestName(entry.name) && !isFolder(entry));
  if (faults.length > 0) return { ...refused, faults, isIncomplete: false };
  if (inside.length + manifests.length === 0) {
    return { ...refused, faults: [{ code: "manifest-missing" }], isIncomplete: true };
  }

  const names = entries.map(({ name }) => name);
  const unknownManifestLines: number[] = [];
  for (const { size, chunks } of [
    ...inside.map((entry) => ({ size: entry.size, chunks: archive.open(entry) })),
    ...manifests.map((beside) => ({ size: beside.size, chunks: wholeFile(container, beside) })),
  ]) {
    const manifest = await manifestOf(size, chunks);
    if (!manifest) faults.push({ code: "manifest-too-large" });
    else faults.push(...manifestFaults(manifest, names));
    unknownManifestLines.push(...(manifest?.otherLines ?? []));
  }
  return {
    archive,
    entries,
    faults,
    isIncomplete: false,
    unknownManifestLines,
    ids: new Map(),
  };
}

/** A file of its own, from start to end. */
export function wholeFile(container: ContainerClient, file: DropVersion): Chunks {
  return fileReader(container, file, { mostBlocks: 1 }).range(0, file.size);
}

async function manifestOf(size: number, chunks: Chunks): Promise<Manifest | undefined> {
  if (size > LARGEST_MANIFEST_BYTES) return undefined;
  return readManifest(await gather(chunks));
}
