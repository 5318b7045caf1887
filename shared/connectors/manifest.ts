/**
 * The `.mf` manifest of a TeleMessage ZIP.
 *
 * Published is only this much: a line `Count:` with the number of files, and the
 * files' names. So a name may stand behind a key or before further fields, and
 * every other line is told by its number. Reading generously accepts nothing: the
 * names must be those in the ZIP, and their number the count.
 */
export interface Manifest {
  /** Every `Count:` there is; a sound manifest has one. */
  readonly counts: readonly number[];
  readonly names: readonly string[];
  /** The numbers, from 1, of the lines that are neither count nor name nor empty. */
  readonly otherLines: readonly number[];
}

export interface ManifestFault {
  readonly code:
    | "manifest-without-count"
    | "manifest-count-differs"
    | "manifest-names-file-twice"
    | "file-missing"
    | "file-not-in-manifest";
  readonly file?: string;
}

const LONGEST_LINE = 4_096;
const COUNT = /^count\s*[:=]\s*(\d{1,9})$/i;
const NAME =
  /^(?:(?:name|file|file ?name)\s*[:=]\s*)?"?([^"]+?\.(?:eml|json))"?(?:\s*[,;|\t].*)?$/i;

export function readManifest(bytes: Uint8Array): Manifest {
  const counts: number[] = [];
  const names: string[] = [];
  const otherLines: number[] = [];

  for (const [index, raw] of textOf(bytes)
    .split(/\r\n|\r|\n/)
    .entries()) {
    const line = raw.trim();
    if (line === "") continue;
    const isShort = line.length <= LONGEST_LINE;
    const count = isShort ? COUNT.exec(line)?.[1] : undefined;
    const name = isShort ? NAME.exec(line)?.[1] : undefined;
    if (count !== undefined) counts.push(Number(count));
    else if (name !== undefined) names.push(name);
    else otherLines.push(index + 1);
  }
  return { counts, names, otherLines };
}

/**
 * Why the manifest and the files of its ZIP are not the same. Empty: they are.
 *
 * A name in the manifest may leave out the folder that the file lies in.
 */
export function manifestFaults(manifest: Manifest, files: readonly string[]): ManifestFault[] {
  const faults: ManifestFault[] = [];
  const { counts, names } = manifest;
  if (counts.length === 0) faults.push({ code: "manifest-without-count" });
  if (counts.some((count) => count !== files.length)) {
    faults.push({ code: "manifest-count-differs" });
  }

  const waiting = new Map<string, string>();
  /** Empty where several files have the name. */
  const byBaseName = new Map<string, string>();
  for (const file of files) {
    const path = comparable(file);
    waiting.set(path, file);
    const base = path.slice(path.lastIndexOf("/") + 1);
    byBaseName.set(base, byBaseName.has(base) ? "" : path);
  }

  const named = new Set<string>();
  for (const name of names) {
    const path = comparable(name);
    const found = waiting.has(path) ? path : byBaseName.get(path) || path;
    if (named.has(found)) faults.push({ code: "manifest-names-file-twice", file: name });
    else if (!waiting.has(found)) faults.push({ code: "file-missing", file: name });
    named.add(found);
  }
  for (const [path, file] of waiting) {
    if (!named.has(path)) faults.push({ code: "file-not-in-manifest", file });
  }
  return faults;
}

/** One spelling of a path: a ZIP made on macOS takes its accents apart. */
function comparable(path: string): string {
  return path.normalize("NFC").replaceAll("\\", "/").replace(/^\.\//, "");
}

/** UTF-8, or UTF-16 where its mark says so, or what Windows would write. */
function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
