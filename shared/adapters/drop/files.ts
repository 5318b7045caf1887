import type { ContainerClient } from "@azure/storage-blob";
import { SourceError } from "../../domain/errors.ts";
import type { Window } from "../../domain/window.ts";
import type { Log, Source, SourceItem, SourcePage } from "../../pipeline/ports.ts";
import { readCursor, writeCursor } from "../cursor.ts";
import { ZipError } from "../zip/archive.ts";
import { type ZipLimits, zipLimits } from "../zip/entry-faults.ts";
import type { FaultCode } from "../zip/fault.ts";
import { DropCursor } from "./cursor.ts";
import { kindOf, mediaTypeOf, stemOf } from "./file-kind.ts";
import { itemId } from "./item-id.ts";
import { readLocator, writeLocator } from "./locator.ts";
import { lastArchive, wholeFile } from "./opened-zip.ts";
import type { DropReports, ExaminedFile } from "./reports.ts";
import { type DropFile, findFile, isGone, listFiles } from "./storage.ts";
import { type StepBudget, type ZipStep, zipTaker } from "./take-zip.ts";

const MINUTE_MS = 60_000;
const MIB = 1_048_576;
const ITEMS_A_PAGE = 100;
const BYTES_A_STEP = 256 * MIB;
/** A collector's lease is a minute; a step is over well before. */
const STEP_MS = 10_000;

/**
 * How long files are given to be finished. Both are shorter than the two hours by
 * which windows overlap, so the next window looks again at what was left alone.
 */
export interface Patience {
  /** A file that changed so recently may still be written; 0 for files that are whole from their first moment. */
  readonly quietMs: number;
  /** A ZIP without its end or its manifest, or a manifest without its ZIP, is left alone so long. */
  readonly unfinishedMs: number;
}
export const dropPatience: Patience = { quietMs: 2 * MINUTE_MS, unfinishedMs: 30 * MINUTE_MS };

export interface DropDeps {
  /** The container `drop`. */
  readonly container: ContainerClient;
  readonly reports: DropReports;
  /** The connector's id. */
  readonly connector: string;
  readonly log: Log;
  readonly now: () => Date;
  readonly patience?: Patience;
  readonly limits?: ZipLimits;
}

/** What tells one use of the drop from another. */
export interface DropUse {
  readonly prefix: string;
  readonly isInWindow: (file: DropFile, window: Window) => boolean;
  readonly receivedAt: (file: DropFile) => Date;
  /** Called when everything of a ZIP is stored; again after a crash. */
  readonly zipTaken?: (blob: string) => Promise<void>;
}

/**
 * Lists and reads what lies under a prefix of the drop: ZIPs with their manifests,
 * single `.eml` and `.json` files.
 *
 * By name, not oldest first: names are what the storage lists by, and a window's
 * order carries no meaning. Every file that is not taken, and why, is in
 * `reports`; none is passed over in silence.
 */
export function dropFiles(deps: DropDeps, use: DropUse): Pick<Source, "list" | "read"> {
  const { container, reports, connector, log, now } = deps;
  const { patience = dropPatience, limits = zipLimits } = deps;
  const archiveOf = lastArchive(container);

  const ageOf = (file: DropFile): number => now().getTime() - file.changedAt.getTime();
  const isQuiet = (file: DropFile): boolean =>
    // Not asked of age 0: the storage's clock may be ahead of ours.
    patience.quietMs === 0 || ageOf(file) >= patience.quietMs;
  const isYoung = (file: DropFile): boolean => ageOf(file) < patience.unfinishedMs;
  const zips = zipTaker({ ...deps, ...use, archiveOf, limits, isYoung });

  return {
    async list(window, text) {
      const cursor = readCursor(DropCursor, text) ?? {};
      if (cursor.taken !== undefined) await use.zipTaken?.(cursor.taken);

      const begun = now().getTime();
      const isSpent = (): boolean => now().getTime() - begun > STEP_MS;
      const budget = { bytes: BYTES_A_STEP, items: ITEMS_A_PAGE, isSpent };
      const file = cursor.zip && (await findFile(container, cursor.zip.blob));
      if (cursor.zip && file) {
        const step = await zips.goOn(await withManifests(file), cursor.zip, budget);
        if (step) return pageOf(step, file, cursor);
      }
      return walk(window, cursor, budget);
    },

    async read(item) {
      if (item.locator === undefined) throw new SourceError("item-unavailable", "locator-missing");
      const { blob, etag, size, inZip } = readLocator(item.locator);
      const version = { name: blob, etag, size };
      if (!inZip) return wholeFile(container, version);
      const archive = await archiveOf(version).catch((error: unknown) => {
        throw error instanceof ZipError
          ? new SourceError("item-unavailable", error.code, { cause: error })
          : error;
      });
      return archive.open(inZip);
    },
  };

  /** Goes through one page of the container's listing, up to a page of items or one step of a ZIP. */
  async function walk(window: Window, cursor: DropCursor, budget: StepBudget): Promise<SourcePage> {
    const place = cursor.marker === undefined ? {} : { marker: cursor.marker };
    const { files, marker } = await listFiles(container, use.prefix, place);
    // Gone from the page: its neighbours are looked at again, which loses nothing.
    const done = files.findIndex(({ name }) => name === cursor.after);

    const items: SourceItem[] = [];
    for (const [index, file] of files.entries()) {
      if (index <= done || !use.isInWindow(file, window) || !isQuiet(file)) continue;
      const zip = await zipToTake(file, window);
      if (zip) {
        if (items.length > 0) return page(items, { ...place, ...after(files[index - 1]) });
        const step = await zips.begin(await withManifests(zip), budget);
        if (step) return pageOf(step, zip, { ...place, after: file.name });
      } else {
        const item = await single(file);
        if (item) items.push(item);
      }
      if (items.length >= budget.items || budget.isSpent()) {
        return page(items, { ...place, after: file.name });
      }
    }
    return marker === undefined ? { items } : page(items, { marker });
  }

  /** The ZIP itself; or the ZIP whose manifest came after its window. */
  async function zipToTake(file: DropFile, window: Window): Promise<DropFile | undefined> {
    const kind = kindOf(file.name);
    if (kind === "zip") return file;
    if (kind !== "manifest") return undefined;
    const zip = (await siblings(file)).find(({ name }) => kindOf(name) === "zip");
    if (!zip && !isYoung(file)) await setAside(file, "zip-missing");
    return zip && !use.isInWindow(zip, window) ? zip : undefined;
  }

  async function single(file: DropFile): Promise<SourceItem | undefined> {
    const kind = kindOf(file.name);
    if (kind === "manifest") return undefined;
    if (kind === "item" && file.size > limits.fileBytes) return setAside(file, "too-large");
    if (kind === "unknown" || file.size === 0) {
      // An upload over SFTP is an empty file at first, under a passing name maybe.
      if (isYoung(file)) return undefined;
      return setAside(file, kind === "unknown" ? "unknown-kind" : "empty-file");
    }

    const mediaType = mediaTypeOf(file.name);
    const { name: blob, etag, size } = file;
    try {
      const id = await itemId(wholeFile(container, file), mediaType, { toEnd: false });
      const locator = writeLocator({ blob, etag, size });
      return { id, receivedAt: use.receivedAt(file), mediaType, size, locator };
    } catch (error) {
      if (!isGone(error)) throw error;
      log.info("drop file left alone", { connector, code: error.detail });
      return undefined;
    }
  }

  async function setAside(file: DropFile, code: FaultCode): Promise<undefined> {
    await reports.setAside({ file, manifests: [] }, [{ code }]);
  }

  async function withManifests(file: DropFile): Promise<ExaminedFile> {
    const manifests = (await siblings(file)).filter(({ name }) => kindOf(name) === "manifest");
    return { file, manifests };
  }

  /** The ZIP and the manifests that belong together. */
  async function siblings({ name }: DropFile): Promise<DropFile[]> {
    const stem = stemOf(name);
    const { files } = await listFiles(container, `${stem}.`);
    return files.filter((it) => it.name !== name && stemOf(it.name) === stem);
  }
}

function pageOf(step: ZipStep, zip: DropFile, { marker, after }: DropCursor): SourcePage {
  const place = { ...(marker !== undefined && { marker }), ...(after !== undefined && { after }) };
  return page(step.items, { ...place, ...(step.next ? { zip: step.next } : { taken: zip.name }) });
}

function page(items: readonly SourceItem[], next: DropCursor): SourcePage {
  return { items, next: writeCursor(next) };
}

function after(file: DropFile | undefined): DropCursor {
  return file ? { after: file.name } : {};
}
