import { buffer } from "node:stream/consumers";
import type { BlobClient } from "@azure/storage-blob";
import { isNotFound } from "./listener.ts";

/** .NET's numbers for the kinds of blob; the host sends enums as numbers. */
const BLOB_TYPES: Record<string, number> = { BlockBlob: 0, PageBlob: 1, AppendBlob: 2 };

/**
 * A blob as the host hands it to a trigger: whole, with its properties as binding data.
 *
 * Nothing when the blob is not there any more.
 */
export async function readTriggerBlob(
  blob: BlobClient,
): Promise<{ content: Buffer; metadata: Record<string, unknown> } | undefined> {
  try {
    const response = await blob.download();
    const content = response.readableStreamBody
      ? await buffer(response.readableStreamBody)
      : Buffer.alloc(0);
    return {
      content,
      metadata: {
        // Without the query, which may carry a signature.
        Uri: blob.url.split("?")[0],
        Metadata: response.metadata ?? {},
        Properties: {
          LastModified: response.lastModified,
          CreatedOn: response.createdOn,
          Metadata: response.metadata ?? {},
          BlobType: BLOB_TYPES[response.blobType ?? "BlockBlob"],
          ContentLength: response.contentLength,
          ContentType: response.contentType,
          ContentEncoding: response.contentEncoding,
          // .NET's ETag has no public fields, so nothing of it is left in JSON.
          ETag: {},
        },
      },
    };
  } catch (error) {
    if (isNotFound(error)) {
      return undefined;
    }
    throw error;
  }
}
