import { validateFileName } from "yauzl";
import type { ZipEntry } from "./archive.ts";
import type { Fault, FaultCode } from "./fault.ts";

export interface ZipLimits {
  readonly entries: number;
  readonly directoryBytes: number;
  readonly fileBytes: number;
  readonly totalBytes: number;
}

/**
 * Above what any archiver delivers (TeleMessage begins a new ZIP at a size or a
 * number of messages, and cuts attachments at 25 MB), and still harmless: files
 * are streamed, only the directory is held.
 */
export const zipLimits: ZipLimits = {
  entries: 200_000,
  directoryBytes: 64 * 1_048_576,
  fileBytes: 1_073_741_824,
  totalBytes: 64 * 1_073_741_824,
};

/** A white picture packs 1,000 to 1; only much of it is an attack. */
const BOMB_RATIO = 200;
const BOMB_FILE_BYTES = 256 * 1_048_576;
const BOMB_TOTAL_BYTES = 4 * 1_073_741_824;

const ITEM = /\.(eml|json)$/i;
const MANIFEST = /\.mf$/i;
const LOCAL_HEADER_BYTES = 30;
const LONGEST_NAME = 1_024;

export const isItemName = (name: string): boolean => ITEM.test(name);
export const isManifestName = (name: string): boolean => MANIFEST.test(name);

/** A folder has an entry of its own in some ZIPs; it holds nothing. */
export const isFolder = ({ name, size }: ZipEntry): boolean => name.endsWith("/") && size === 0;

/** What in a ZIP's directory forbids to take anything of it. Empty: nothing does. */
export function entryFaults(
  entries: readonly ZipEntry[],
  zipSize: number,
  limits: ZipLimits,
): Fault[] {
  const faults: Fault[] = [];
  const names = new Set<string>();
  let total = 0;

  for (const entry of entries) {
    const { name } = entry;
    if (!isSafe(name)) faults.push({ code: "unsafe-name", file: name });
    // As Windows and Azure's own listing would mix them up.
    const spelling = name.normalize("NFC").toLowerCase();
    if (names.has(spelling)) faults.push({ code: "duplicate-name", file: name });
    names.add(spelling);
    if (isFolder(entry)) continue;

    const code = faultOf(entry, limits);
    if (code) faults.push({ code, file: name });
    total += entry.size;
  }

  if (total > limits.totalBytes) faults.push({ code: "too-large" });
  if (total > BOMB_TOTAL_BYTES && total > zipSize * BOMB_RATIO) faults.push({ code: "zip-bomb" });
  const overlapping = firstOverlap(entries, zipSize);
  if (overlapping) faults.push({ code: "overlapping-files", file: overlapping.name });
  return faults;
}

function faultOf(entry: ZipEntry, limits: ZipLimits): FaultCode | undefined {
  const { name, size, compressedSize, method, isEncrypted } = entry;
  if (isEncrypted) return "encrypted";
  if (/\.zip$/i.test(name)) return "nested-zip";
  if (!isItemName(name) && !isManifestName(name)) return "unknown-kind";
  if (method !== 0 && method !== 8) return "unknown-compression";
  if (size === 0) return "empty-file";
  if (size > limits.fileBytes) return "too-large";
  if (size > BOMB_FILE_BYTES && size > compressedSize * BOMB_RATIO) return "zip-bomb";
  return undefined;
}

/** Nothing is ever unpacked to a path; but a name that tries to lead out shows what made the ZIP. */
function isSafe(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  const isClean = !/[\u0000-\u001f\u007f]/.test(name);
  return name !== "" && name.length <= LONGEST_NAME && isClean && validateFileName(name) === null;
}

/** Files that share their packed bytes: a few megabytes can claim to be petabytes that way. */
function firstOverlap(entries: readonly ZipEntry[], zipSize: number): ZipEntry | undefined {
  const inOrder = entries.toSorted((a, b) => a.offset - b.offset);
  return inOrder.find((entry, index) => {
    const end = entry.offset + LOCAL_HEADER_BYTES + entry.compressedSize;
    return end > (inOrder[index + 1]?.offset ?? zipSize);
  });
}
