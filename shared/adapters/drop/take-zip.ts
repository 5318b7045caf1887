import type { ContainerClient } from "@azure/storage-blob";
import { SourceError } from "../../domain/errors.ts";
import type { Log, SourceItem } from "../../pipeline/ports.ts";
import type { ZipArchive, ZipEntry } from "../zip/archive.ts";
import type { ZipLimits } from "../zip/entry-faults.ts";
import type { Fault } from "../zip/fault.ts";
import type { ZipPosition } from "./cursor.ts";
import { mediaTypeOf } from "./file-kind.ts";
import { itemId } from "./item-id.ts";
import { writeLocator } from "./locator.ts";
import { type ArchiveOf, type OpenedZip, openZip } from "./opened-zip.ts";
import type { DropReports, ExaminedFile } from "./reports.ts";
import { type DropFile, isGone } from "./storage.ts";

/** What one step brought: items, and where to go on; without `next` the ZIP is done. */
export interface ZipStep {
  readonly items: readonly SourceItem[];
  readonly next?: ZipPosition;
}

/** A call must end well before the collector's lease does. */
export interface StepBudget {
  readonly bytes: number;
  readonly items: number;
  readonly isSpent: () => boolean;
}

export interface ZipDeps {
  readonly container: ContainerClient;
  readonly archiveOf: ArchiveOf;
  readonly reports: DropReports;
  readonly log: Log;
  readonly connector: string;
  readonly limits: ZipLimits;
  readonly receivedAt: (file: DropFile) => Date;
  /** A ZIP that looks unfinished is left alone while this is true. */
  readonly isYoung: (file: DropFile) => boolean;
}

/**
 * Takes ZIPs step by step, each whole or not at all.
 *
 * Manifest and directory are compared, then every file is unpacked once and held
 * against its size and CRC-32; only then is the first item handed out. A ZIP with
 * a fault in its last file would otherwise be half taken before anyone knew.
 */
export function zipTaker(deps: ZipDeps) {
  const { reports, log, connector } = deps;
  /** The ZIP at work; its directory alone may be 64 MB. */
  let opened: { etag: string; name: string; zip: OpenedZip } | undefined;

  return {
    /** Begins with a ZIP. Nothing when it is set aside or left alone. */
    begin,

    /** Goes on from where the call before stopped; from the start when the ZIP was replaced. */
    async goOn(examined: ExaminedFile, at: ZipPosition, budget: StepBudget) {
      const isSame = examined.file.etag === at.etag;
      return isSame ? step(examined, at, budget) : begin(examined, budget);
    },
  };

  async function begin(examined: ExaminedFile, budget: StepBudget): Promise<ZipStep | undefined> {
    if (await reports.isSetAside(examined)) return undefined;
    const { name, etag } = examined.file;
    return step(examined, { blob: name, etag, phase: "check", entry: 0 }, budget);
  }

  async function step(
    examined: ExaminedFile,
    position: ZipPosition,
    budget: StepBudget,
  ): Promise<ZipStep | undefined> {
    try {
      const zip = await open(examined);
      if (zip.isIncomplete && [examined.file, ...examined.manifests].some(deps.isYoung)) {
        return leaveAlone(zip.faults[0]?.code);
      }
      if (zip.faults.length > 0 || !zip.archive) return setAside(examined, zip.faults);

      const listFrom = position.phase === "list" ? position.entry : 0;
      if (position.phase === "check") {
        const checked = await check(zip, zip.archive, position, budget);
        if ("fault" in checked) return setAside(examined, [checked.fault]);
        if (checked.next) return { items: [], next: checked.next };
        if (zip.unknownManifestLines.length > 0) {
          await reports.noteManifestLines(examined, zip.unknownManifestLines);
        }
      }
      return await list(examined.file, zip, zip.archive, { ...position, entry: listFrom }, budget);
    } catch (error) {
      // Replaced or removed under our hands: the next window sees what became of it.
      if (isGone(error)) return leaveAlone(error.detail);
      throw error;
    }
  }

  async function open(examined: ExaminedFile): Promise<OpenedZip> {
    const { name, etag } = examined.file;
    if (opened?.name !== name || opened.etag !== etag) {
      opened = { name, etag, zip: await openZip(examined, deps) };
    }
    return opened.zip;
  }

  function leaveAlone(code: string | undefined): undefined {
    // Its manifest may be there the next time.
    opened = undefined;
    log.info("drop file left alone", { connector, code });
  }

  async function setAside(examined: ExaminedFile, faults: readonly Fault[]): Promise<undefined> {
    opened = undefined;
    await reports.setAside(examined, faults);
  }

  async function list(
    file: DropFile,
    { entries, ids }: OpenedZip,
    archive: ZipArchive,
    position: ZipPosition,
    budget: StepBudget,
  ): Promise<ZipStep> {
    const items: SourceItem[] = [];
    let index = position.entry;
    for (; index < entries.length; index += 1) {
      if (items.length > 0 && (items.length >= budget.items || budget.isSpent())) break;
      const entry = entries[index] as ZipEntry;
      const mediaType = mediaTypeOf(entry.name);
      const id = ids.get(index) ?? (await itemId(archive.open(entry), mediaType, { toEnd: false }));
      const { name: blob, etag, size } = file;
      items.push({
        id,
        receivedAt: deps.receivedAt(file),
        mediaType,
        size: entry.size,
        locator: writeLocator({ blob, etag, size, inZip: entry }),
      });
    }
    if (index >= entries.length) return { items };
    return { items, next: { ...position, phase: "list", entry: index } };
  }
}

/** Unpacks files until the budget is spent, and keeps their ids. */
async function check(
  { entries, ids }: OpenedZip,
  archive: ZipArchive,
  position: ZipPosition,
  budget: StepBudget,
): Promise<{ fault: Fault } | { next?: ZipPosition }> {
  let bytes = 0;
  for (let index = position.entry; index < entries.length; index += 1) {
    // Never before the first: a step that checks nothing would be repeated for ever.
    if (index > position.entry && (bytes > budget.bytes || budget.isSpent())) {
      return { next: { ...position, entry: index } };
    }
    const entry = entries[index] as ZipEntry;
    try {
      const mediaType = mediaTypeOf(entry.name);
      ids.set(index, await itemId(archive.open(entry), mediaType, { toEnd: true }));
    } catch (error) {
      if (!(error instanceof SourceError) || error.detail !== "damaged-file") throw error;
      return { fault: { code: "damaged-file", file: entry.name } };
    }
    bytes += entry.size;
  }
  return {};
}
