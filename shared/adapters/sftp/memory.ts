import { type ContainerClient, RestError } from "@azure/storage-blob";
import { z } from "zod";
import { listAllFiles, storageFailure } from "../drop/storage.ts";

const Baseline = z.object({ v: z.literal(1), before: z.array(z.string()) });

/** Names of copies, as `copyName` makes them. */
type Names = ReadonlySet<string>;

/**
 * What has to be known of a server from one day to the next.
 *
 * A file's time is what whoever uploaded it says: one that was kept back for days
 * may come with a time that lies behind every window to come. So it is not asked
 * alone: what is neither taken nor was there before the connector began is
 * listed, however old it looks.
 */
export interface SftpMemory {
  /** The files of which everything is stored. */
  taken(): Promise<Names>;
  setTaken(copy: string): Promise<void>;
  /**
   * The files that were there before the connector first looked; a back-fill
   * takes them. On that first look they are named, and kept.
   */
  before(firstLook?: readonly string[]): Promise<Names>;
}

/**
 * Below `sftp/{connector}/` in the container `reports`, where only the app writes.
 * Not in the drop: whoever delivers may write there, and a lifecycle rule clears it.
 */
export function blobSftpMemory(container: ContainerClient, connector: string): SftpMemory {
  const root = `sftp/${connector}/`;
  const takenPrefix = `${root}taken/`;
  const baseline = container.getBlockBlobClient(`${root}before.json`);

  return {
    async taken() {
      const names = new Set<string>();
      for await (const { name } of listAllFiles(container, takenPrefix)) {
        names.add(name.slice(takenPrefix.length));
      }
      return names;
    },

    async setTaken(copy) {
      try {
        await container.getBlockBlobClient(takenPrefix + copy).upload("", 0);
      } catch (error) {
        throw storageFailure(error);
      }
    },

    async before(firstLook) {
      try {
        return await read();
      } catch (error) {
        if (!isStatus(error, 404)) throw storageFailure(error);
      }
      if (!firstLook) return new Set();
      const text = JSON.stringify({ v: 1, before: firstLook });
      const conditions = { ifNoneMatch: "*" };
      try {
        await baseline.upload(text, Buffer.byteLength(text), { conditions });
      } catch (error) {
        if (!isStatus(error, 409) && !isStatus(error, 412)) throw storageFailure(error);
      }
      return read().catch((error: unknown) => {
        throw storageFailure(error);
      });
    },
  };

  async function read(): Promise<Names> {
    const bytes = await baseline.downloadToBuffer();
    return new Set(Baseline.parse(JSON.parse(bytes.toString())).before);
  }
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof RestError && error.statusCode === status;
}
