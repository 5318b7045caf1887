import type { ContainerClient } from "@azure/storage-blob";

/** Which blobs a function is done with, kept in the host's storage. */
export interface BlobReceipts {
  /** Reads what earlier hosts left; to be called once, first. */
  load(): Promise<void>;
  has(blob: SeenBlob): boolean;
  add(blob: SeenBlob): Promise<void>;
}

/** One content of one blob: written again, it has another ETag. */
export interface SeenBlob {
  readonly container: string;
  readonly name: string;
  /** Without quotes, as a listing gives it. */
  readonly etag: string;
}

/**
 * Receipts as blobs of their own, where the Functions host has them:
 * `blobreceipts/<host id>/Host.Functions.<function>/<etag>/<container>/<blob>`.
 *
 * An added blob counts as done for this host even when its receipt could not be written; the next
 * host then runs it once more.
 */
export function blobReceipts(
  hostContainer: ContainerClient,
  hostId: string,
  functionName: string,
): BlobReceipts {
  const prefix = `blobreceipts/${hostId}/Host.Functions.${functionName}/`;
  const done = new Set<string>();
  const key = ({ etag, container, name }: SeenBlob) => `${etag}/${container}/${name}`;

  return {
    async load() {
      for await (const receipt of hostContainer.listBlobsFlat({ prefix })) {
        done.add(receipt.name.slice(prefix.length));
      }
    },
    has: (blob) => done.has(key(blob)),
    async add(blob) {
      done.add(key(blob));
      await hostContainer.getBlockBlobClient(`${prefix}${key(blob)}`).upload("", 0);
    },
  };
}
