import { type ContainerClient, RestError } from "@azure/storage-blob";
import { SourceError } from "../../domain/errors.ts";
import { RangeReader } from "../zip/range-reader.ts";

/** A file of the drop container, as its listing tells it. */
export interface DropFile {
  readonly name: string;
  readonly size: number;
  /** One version of the file: whoever replaces it changes this. */
  readonly etag: string;
  readonly createdAt: Date;
  readonly changedAt: Date;
}

export interface DropPage {
  readonly files: readonly DropFile[];
  /** Azure's own; absent on the last page. */
  readonly marker?: string;
}

const FILES_A_PAGE = 1_000;

/** The files of a prefix, by name. Throws `SourceError`. */
export async function listFiles(
  container: ContainerClient,
  prefix: string,
  options: { marker?: string | undefined; most?: number } = {},
): Promise<DropPage> {
  const listing = container.listBlobsFlat({ prefix, includeMetadata: true }).byPage({
    maxPageSize: options.most ?? FILES_A_PAGE,
    ...(options.marker !== undefined && { continuationToken: options.marker }),
  });
  try {
    const { value } = await listing.next();
    const files: DropFile[] = [];
    for (const { name, properties, metadata } of value?.segment.blobItems ?? []) {
      // An account with the SFTP endpoint lists its folders as empty blobs.
      if (metadata?.["hdi_isfolder"] === "true") continue;
      files.push({
        name,
        size: properties.contentLength ?? 0,
        etag: quoted(properties.etag),
        createdAt: properties.createdOn ?? properties.lastModified,
        changedAt: properties.lastModified,
      });
    }
    const marker = value?.continuationToken;
    return { files, ...(marker && { marker }) };
  } catch (error) {
    throw storageFailure(error);
  }
}

/** The files of a prefix, however many pages they take. Throws `SourceError`. */
export async function* listAllFiles(
  container: ContainerClient,
  prefix: string,
): AsyncGenerator<DropFile> {
  let marker: string | undefined;
  do {
    const page = await listFiles(container, prefix, { marker });
    yield* page.files;
    marker = page.marker;
  } while (marker !== undefined);
}

/** A listing tells entity tags without their quotes; a condition must have them (RFC 9110 §8.8.3). */
function quoted(etag: string): string {
  return etag.startsWith('"') ? etag : `"${etag}"`;
}

/** One file as it is now; nothing when it is gone. Throws `SourceError`. */
export async function findFile(
  container: ContainerClient,
  name: string,
): Promise<DropFile | undefined> {
  const { files } = await listFiles(container, name, { most: 1 });
  return files.find((file) => file.name === name);
}

/** Reads one version of a file. Once it is replaced, reading throws `SourceError` (`changed`). */
export function fileReader(
  container: ContainerClient,
  { name, etag, size }: Pick<DropFile, "name" | "etag" | "size">,
  options: { mostBlocks: number },
): RangeReader {
  const blob = container.getBlobClient(name);
  const conditions = { ifMatch: etag };
  const read = async (start: number, length: number): Promise<Uint8Array> => {
    try {
      return await blob.downloadToBuffer(start, length, { conditions });
    } catch (error) {
      throw storageFailure(error);
    }
  };
  return new RangeReader(read, size, options);
}

/** What the storage account's answer means for a source. */
export function storageFailure(error: unknown): SourceError {
  if (error instanceof SourceError) return error;
  const status = error instanceof RestError ? error.statusCode : undefined;
  const code = error instanceof RestError ? error.code : undefined;
  if (status === 401 || status === 403) {
    return new SourceError("stopped", "storage-forbidden", { cause: error });
  }
  if (code === "ContainerNotFound") {
    return new SourceError("stopped", "container-missing", { cause: error });
  }
  if (status === 404) return new SourceError("item-unavailable", "not-found", { cause: error });
  if (status === 412) return new SourceError("item-unavailable", "changed", { cause: error });
  return new SourceError("unavailable", "storage-unavailable", { cause: error });
}

/** The file was replaced or removed since it was listed. */
export function isGone(error: unknown): error is SourceError {
  return (
    error instanceof SourceError && (error.detail === "changed" || error.detail === "not-found")
  );
}
