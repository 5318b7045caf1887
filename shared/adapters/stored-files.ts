import { Readable } from "node:stream";
import type { BlobClient, BlobServiceClient } from "@azure/storage-blob";
import type { OpenFile, StoredFiles } from "../pipeline/ports.ts";
import { statusOf, writeOnce } from "./write-once.ts";

/** Blobs of every container, by name. */
export function blobFiles(service: BlobServiceClient): StoredFiles {
  return {
    async *list(container, prefix) {
      const blobs = service.getContainerClient(container).listBlobsFlat({ prefix });
      for await (const { name, properties } of blobs) {
        yield { blob: name, size: properties.contentLength ?? 0 };
      }
    },

    async open({ container, blob }, part) {
      const client = service.getContainerClient(container).getBlobClient(blob);
      try {
        const answer = await client.download(part?.from, part?.bytes);
        const { contentLength = 0, contentRange, etag = "", readableStreamBody } = answer;
        return {
          size: wholeSize(contentRange) ?? contentLength,
          etag,
          chunks: (readableStreamBody ?? Readable.from([])) as Readable,
        };
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        // Nothing lies behind the end; of an empty blob nothing at all.
        if (statusOf(error) === 416) return endOf(client);
        throw error;
      }
    },

    writeOnce({ container, blob }, contentType, chunks) {
      return writeOnce(service.getContainerClient(container), blob, contentType, chunks);
    },

    async replace({ container, blob }, contentType, content, { etag } = {}) {
      const client = service.getContainerClient(container).getBlockBlobClient(blob);
      const conditions = etag === undefined ? {} : { ifMatch: etag };
      try {
        await client.uploadData(content, {
          blobHTTPHeaders: { blobContentType: contentType },
          conditions,
        });
        return true;
      } catch (error) {
        if (statusOf(error) === 412) return false;
        throw error;
      }
    },
  };
}

async function endOf(client: BlobClient): Promise<OpenFile> {
  const { contentLength = 0, etag = "" } = await client.getProperties();
  return { size: contentLength, etag, chunks: Readable.from([]) };
}

/** The last number of `bytes 0-9/100`. */
function wholeSize(contentRange: string | undefined): number | undefined {
  const [, total] = /\/(\d+)$/.exec(contentRange ?? "") ?? [];
  return total === undefined ? undefined : Number(total);
}
