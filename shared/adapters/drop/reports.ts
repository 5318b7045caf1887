import { createHash } from "node:crypto";
import { type ContainerClient, RestError } from "@azure/storage-blob";
import type { Log } from "../../pipeline/ports.ts";
import type { Fault } from "../zip/fault.ts";
import { type DropFile, storageFailure } from "./storage.ts";

/** A file of the drop and what belongs to it, each in the version that was looked at. */
export interface ExaminedFile {
  readonly file: DropFile;
  readonly manifests: readonly DropFile[];
}

/** Where the files that were not taken are told of, and remembered. Failures are `SourceError`s. */
export interface DropReports {
  /** Whether this very version was set aside before. A replaced file, or a new manifest, is looked at again. */
  isSetAside(examined: ExaminedFile): Promise<boolean>;
  /** Reports the file and raises the alarm, once for each version. */
  setAside(examined: ExaminedFile, faults: readonly Fault[]): Promise<void>;
  /** Tells of manifest lines that nobody understood, in a file that was taken all the same. */
  noteManifestLines(examined: ExaminedFile, lines: readonly number[]): Promise<void>;
}

const MOST_FAULTS_TOLD = 1_000;

/**
 * Reports in the container `reports`: `set-aside/{connector}/{id}.json` and
 * `manifests/{connector}/{id}.json`. They name files; the log names the report.
 */
export function blobDropReports(
  reports: ContainerClient,
  { connector, log, now }: { connector: string; log: Log; now: () => Date },
): DropReports {
  const setAsideName = (of: ExaminedFile) => `set-aside/${connector}/${versionOf(of)}.json`;

  return {
    async isSetAside(examined) {
      try {
        return await reports.getBlobClient(setAsideName(examined)).exists();
      } catch (error) {
        throw storageFailure(error);
      }
    },

    async setAside(examined, faults) {
      const report = setAsideName(examined);
      const isNew = await writeOnce(reports, report, {
        ...about(examined),
        faultCount: faults.length,
        faults: faults.slice(0, MOST_FAULTS_TOLD),
      });
      if (!isNew) return;
      const code = faults[0]?.code;
      log.error("drop file set aside", { connector, report, code, faults: faults.length });
    },

    async noteManifestLines(examined, lines) {
      const report = `manifests/${connector}/${versionOf(examined)}.json`;
      const unknownLines = lines.slice(0, MOST_FAULTS_TOLD);
      const count = lines.length;
      const isNew = await writeOnce(reports, report, {
        ...about(examined),
        unknownLineCount: count,
        unknownLines,
      });
      if (isNew) log.warn("manifest lines not understood", { connector, report, lines: count });
    },
  };

  function about({ file, manifests }: ExaminedFile) {
    return {
      v: 1,
      connector,
      blob: file.name,
      size: file.size,
      changedAt: file.changedAt.toISOString(),
      manifests: manifests.map(({ name }) => name),
      examinedAt: now().toISOString(),
    };
  }
}

function versionOf({ file, manifests }: ExaminedFile): string {
  const versions = [file, ...manifests].map(({ name, etag }) => [name, etag]);
  return createHash("sha256").update(JSON.stringify(versions)).digest("hex").slice(0, 32);
}

/** False when the blob was there already. */
async function writeOnce(container: ContainerClient, name: string, content: object) {
  const text = JSON.stringify(content, undefined, 2);
  try {
    await container.getBlockBlobClient(name).upload(text, Buffer.byteLength(text), {
      conditions: { ifNoneMatch: "*" },
      blobHTTPHeaders: { blobContentType: "application/json" },
    });
    return true;
  } catch (error) {
    if (error instanceof RestError && (error.statusCode === 409 || error.statusCode === 412)) {
      return false;
    }
    throw storageFailure(error);
  }
}
