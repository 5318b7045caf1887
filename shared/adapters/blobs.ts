import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { type BlobServiceClient, type ContainerClient, RestError } from "@azure/storage-blob";
import { RejectedItemError } from "../domain/errors.ts";
import type { Chunks, Emails, RawStore, StoredBytes } from "../pipeline/ports.ts";
import { type Receipt, readReceiptBytes } from "../pipeline/receipt.ts";
import { gather } from "../pipeline/streams.ts";
import { containers } from "./names.ts";

/** Up to so much is sent in one request; above, block by block. */
const ONE_REQUEST_BYTES = 4 * 1_048_576;
const BLOCK_BYTES = 4 * 1_048_576;
/** Blocks in flight: with the block being filled, at most 12 MB of a body are held. */
const BLOCKS_AT_ONCE = 2;

/** Else two writers could each think theirs was the first. */
const ABSENT = { ifNoneMatch: "*" };

export function blobRawStore(service: BlobServiceClient): RawStore {
  const raw = service.getContainerClient(containers.raw);
  const receipts = service.getContainerClient(containers.receipts);

  return {
    async putRaw(blob, mediaType, chunks) {
      const written = await writeOnce(raw, blob, mediaType, chunks);
      return written ?? describe(await openBlob(raw, blob));
    },

    async putReceipt(blob, receipt) {
      const text = Buffer.from(JSON.stringify(receipt));
      if (await writeOnce(receipts, blob, "application/json", [text])) return receipt;
      return readReceipt(blob);
    },

    readReceipt,
  };

  async function readReceipt(blob: string): Promise<Receipt> {
    const { chunks } = await openBlob(receipts, blob).catch((error: unknown) => {
      throw statusOf(error) === 404 ? new RejectedItemError("malformed", "receipt-missing") : error;
    });
    return readReceiptBytes(await gather(chunks));
  }
}

export function blobEmails(service: BlobServiceClient): Emails {
  const emails = service.getContainerClient(containers.emails);

  return {
    open: ({ container, blob }) => openBlob(service.getContainerClient(container), blob),

    async write(blob, email) {
      const chunks = email instanceof Uint8Array ? [email] : email;
      const written = await writeOnce(emails, blob, "message/rfc822", chunks);
      const stored = written ?? (await describe(await openBlob(emails, blob)));
      return { container: containers.emails, blob, ...stored };
    },

    async remove(blob) {
      await emails.deleteBlob(blob).catch((error: unknown) => {
        if (statusOf(error) !== 404) throw error;
      });
    },
  };
}

/**
 * Writes the blob unless it is there, and tells size and hash of what it wrote;
 * nothing when it was there already.
 *
 * A stream that fails leaves no blob: blocks become one only when the list of
 * them is committed, after the last.
 */
export async function writeOnce(
  container: ContainerClient,
  name: string,
  contentType: string,
  chunks: Chunks | Iterable<Uint8Array>,
): Promise<StoredBytes | undefined> {
  const blob = container.getBlockBlobClient(name);
  const hash = createHash("sha256");
  let size = 0;
  const hashed = (async function* () {
    for await (const chunk of chunks) {
      hash.update(chunk);
      size += chunk.byteLength;
      yield chunk;
    }
  })();

  const options = { blobHTTPHeaders: { blobContentType: contentType }, conditions: ABSENT };
  try {
    const { head, whole } = await firstBytes(hashed, ONE_REQUEST_BYTES);
    if (whole) {
      await blob.upload(head, head.byteLength, options);
    } else {
      const body = Readable.from(continued(head, hashed), { objectMode: false });
      await blob.uploadStream(body, BLOCK_BYTES, BLOCKS_AT_ONCE, options);
    }
  } catch (error) {
    if (statusOf(error) === 409 || statusOf(error) === 412) return undefined;
    throw error;
  }
  return { size, sha256: hash.digest("hex") };
}

/** Reads until the stream ends or so many bytes are there. */
async function firstBytes(
  chunks: AsyncIterator<Uint8Array>,
  limit: number,
): Promise<{ head: Buffer; whole: boolean }> {
  const parts: Uint8Array[] = [];
  let size = 0;
  while (size <= limit) {
    const { done, value } = await chunks.next();
    if (done) return { head: Buffer.concat(parts), whole: true };
    parts.push(value);
    size += value.byteLength;
  }
  return { head: Buffer.concat(parts), whole: false };
}

async function* continued(head: Uint8Array, rest: Chunks): Chunks {
  yield head;
  yield* rest;
}

async function openBlob(
  container: ContainerClient,
  name: string,
): Promise<{ size: number; chunks: Chunks }> {
  const { contentLength, readableStreamBody } = await container.getBlobClient(name).download();
  return {
    size: contentLength ?? 0,
    chunks: (readableStreamBody ?? Readable.from([])) as Readable,
  };
}

async function describe({ chunks }: { chunks: Chunks }): Promise<StoredBytes> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    size += chunk.byteLength;
  }
  return { size, sha256: hash.digest("hex") };
}

export function statusOf(error: unknown): number | undefined {
  return error instanceof RestError ? error.statusCode : undefined;
}
