import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { BlobServiceClient, ContainerClient } from "@azure/storage-blob";
import { RejectedItemError } from "../domain/errors.ts";
import type { Chunks, Emails, RawStore, StoredBytes } from "../pipeline/ports.ts";
import { WHOLE_BYTES } from "../pipeline/read-item.ts";
import { type Receipt, readReceiptBytes } from "../pipeline/receipt.ts";
import { gather } from "../pipeline/streams.ts";
import { containers } from "./names.ts";
import { passedThrough } from "./short-lived.ts";
import { statusOf, writeOnce } from "./write-once.ts";

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
      if (await writeOnce(receipts, blob, "application/json", text)) return receipt;
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
      const written = await writeOnce(emails, blob, "message/rfc822", email);
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

async function openBlob(
  container: ContainerClient,
  name: string,
): Promise<{ size: number; chunks: Chunks }> {
  const { contentLength, readableStreamBody } = await container.getBlobClient(name).download();
  const size = contentLength ?? 0;
  const body = (readableStreamBody ?? Readable.from([])) as Readable;
  // The pieces of a smaller one are kept by who reads it: to look through them frees nothing.
  return { size, chunks: size > WHOLE_BYTES ? passing(body) : body };
}

async function* passing(chunks: Chunks): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    passedThrough(chunk.byteLength);
    yield chunk;
  }
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
