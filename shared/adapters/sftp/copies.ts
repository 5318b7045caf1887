import type { BlockBlobClient, ContainerClient } from "@azure/storage-blob";
import { RestError } from "@azure/storage-blob";
import { type DropFile, storageFailure } from "../drop/storage.ts";
import type { RemoteFile, SftpSession } from "./session.ts";

/** Small enough to arrive in time over a slow line; 50,000 of them, Azure's most, are 200 GB. */
const BLOCK_BYTES = 4 * 1_048_576;
/** More than the names of any ZIP that is accepted. */
const LARGEST_MANIFEST_BYTES = 32 * 1_048_576;

/**
 * What one version of a remote file is called in the drop, below the connector's
 * prefix: `20260131T050000Z-1834/202601310000-TeleMessage_1_1769835600.zip`. A file
 * that changes on the server gets a copy of its own, and no copy ever changes.
 */
export function copyName({ name, size, modifiedAt }: RemoteFile): string {
  const stamp = modifiedAt.toISOString().replace(/[-:]|\.\d+/g, "");
  return `${stamp}-${size}/${name}`;
}

/** When the server's file was last changed, by the name of its copy. */
export function modifiedAtOf(copy: string): Date | undefined {
  const stamp = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-\d+\//.exec(copy);
  if (!stamp) return undefined;
  const [, year, month, day, hour, minute, second] = stamp;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

export type CopyResult = "copied" | "unfinished" | "changed";

/**
 * Copies a file block by block, until it is copied or the time is up.
 *
 * Blocks that were sent wait at the storage for a week and are no file yet: the
 * next call, in another process perhaps, goes on behind them. Only when the
 * server's file is still the same at the end do they become one.
 */
export async function copyFile(
  session: SftpSession,
  path: string,
  remote: RemoteFile,
  blob: BlockBlobClient,
  mayGoOn: () => boolean,
): Promise<CopyResult> {
  const { size } = remote;
  const ids: string[] = [];
  const sent = await sentBlocks(blob);
  for (let start = 0; start < size; start += BLOCK_BYTES) {
    const id = blockId(ids.length);
    const length = Math.min(BLOCK_BYTES, size - start);
    ids.push(id);
    if (sent.get(id) !== length) {
      const bytes = await session.read(path, start, length);
      if (!bytes) return "changed";
      await blob.stageBlock(id, bytes, length).catch(fail);
      // Asked after a block, never before the first: a call that copies nothing would be repeated for ever.
      if (start + length < size && !mayGoOn()) return "unfinished";
    }
  }

  const now = await session.find(path);
  if (now?.size !== size || now.modifiedAt.getTime() !== remote.modifiedAt.getTime()) {
    return "changed";
  }
  await blob.commitBlockList(ids, { conditions: { ifNoneMatch: "*" } }).catch((error: unknown) => {
    // Another process was quicker, with the same bytes.
    if (error instanceof RestError && (error.statusCode === 409 || error.statusCode === 412))
      return;
    fail(error);
  });
  return "copied";
}

/** Copies a manifest next to the copy of its ZIP; a newer one replaces it. */
export async function copyManifest(
  session: SftpSession,
  path: string,
  remote: RemoteFile,
  options: { container: ContainerClient; name: string; existing: DropFile | undefined },
): Promise<void> {
  const { container, name, existing } = options;
  const isThere = existing?.size === remote.size && existing.changedAt >= remote.modifiedAt;
  if (isThere || remote.size > LARGEST_MANIFEST_BYTES) return;
  const bytes = await session.read(path, 0, remote.size);
  if (!bytes) return;
  await container.getBlockBlobClient(name).upload(bytes, bytes.length).catch(fail);
}

function blockId(index: number): string {
  return Buffer.from(String(index).padStart(6, "0")).toString("base64");
}

/** The blocks that wait to become a file, and their sizes. */
async function sentBlocks(blob: BlockBlobClient): Promise<Map<string, number>> {
  try {
    const { uncommittedBlocks } = await blob.getBlockList("uncommitted");
    return new Map(uncommittedBlocks?.map(({ name, size }) => [name, size]));
  } catch (error) {
    if (error instanceof RestError && error.statusCode === 404) return new Map();
    return fail(error);
  }
}

function fail(error: unknown): never {
  throw storageFailure(error);
}
