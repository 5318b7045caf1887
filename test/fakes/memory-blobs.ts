import { RejectedItemError } from "../../shared/domain/errors.ts";
import { sha256 } from "../../shared/domain/item-key.ts";
import type {
  Chunks,
  Emails,
  RawStore,
  StoredBytes,
  StoredFiles,
} from "../../shared/pipeline/ports.ts";
import { readReceiptBytes } from "../../shared/pipeline/receipt.ts";

/** Containers of blobs in memory, as raw store and as emails; held to the same contract as Azure's. */
export function memoryBlobs(): {
  rawStore: RawStore;
  emails: Emails;
  files: StoredFiles;
  blobs: Map<string, Buffer>;
} {
  const blobs = new Map<string, Buffer>();

  const once = async (name: string, chunks: Chunks | Iterable<Uint8Array>) => {
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    const before = blobs.get(name);
    if (before) return before;
    const bytes = Buffer.concat(parts);
    blobs.set(name, bytes);
    return bytes;
  };
  const read = (name: string): Buffer => {
    const bytes = blobs.get(name);
    if (!bytes) throw new Error(`There is no blob ${name}.`);
    return bytes;
  };

  return {
    blobs,
    rawStore: {
      async putRaw(blob, _mediaType, chunks) {
        return describe(await once(`raw/${blob}`, chunks));
      },
      async putReceipt(blob, receipt) {
        const bytes = await once(`receipts/${blob}`, [Buffer.from(JSON.stringify(receipt))]);
        return readReceiptBytes(bytes);
      },
      async readReceipt(blob) {
        const bytes = blobs.get(`receipts/${blob}`);
        if (!bytes) throw new RejectedItemError("malformed", "receipt-missing");
        return readReceiptBytes(bytes);
      },
    },
    emails: {
      async open({ container, blob }) {
        const bytes = read(`${container}/${blob}`);
        return { size: bytes.byteLength, chunks: chunksOf(bytes) };
      },
      async write(blob, email) {
        const chunks = email instanceof Uint8Array ? [email] : email;
        return { container: "emails", blob, ...describe(await once(`emails/${blob}`, chunks)) };
      },
      async remove(blob) {
        blobs.delete(`emails/${blob}`);
      },
    },
    files: {
      async *list(container, prefix) {
        const start = `${container}/`;
        const named = [...blobs.keys()].filter((name) => name.startsWith(`${start}${prefix}`));
        for (const name of named.sort()) {
          yield { blob: name.slice(start.length), size: blobs.get(name)?.byteLength ?? 0 };
        }
      },
      async open({ container, blob }, part) {
        const bytes = blobs.get(`${container}/${blob}`);
        if (!bytes) return undefined;
        const piece = part ? bytes.subarray(part.from, part.from + part.bytes) : bytes;
        return { size: bytes.byteLength, etag: sha256(bytes), chunks: chunksOf(piece) };
      },
      async writeOnce({ container, blob }, _contentType, chunks) {
        const parts: Uint8Array[] = [];
        for await (const chunk of chunks) parts.push(chunk);
        // Of two that write at once, one is first.
        if (blobs.has(`${container}/${blob}`)) return undefined;
        const bytes = Buffer.concat(parts);
        blobs.set(`${container}/${blob}`, bytes);
        return describe(bytes);
      },
      async replace({ container, blob }, _contentType, content, { etag } = {}) {
        const before = blobs.get(`${container}/${blob}`);
        if (etag !== undefined && (!before || sha256(before) !== etag)) return false;
        blobs.set(`${container}/${blob}`, Buffer.from(content));
        return true;
      },
    },
  };
}

function describe(bytes: Buffer): StoredBytes {
  return { size: bytes.byteLength, sha256: sha256(bytes) };
}

async function* chunksOf(bytes: Buffer): Chunks {
  for (let from = 0; from < bytes.byteLength; from += 65_536) {
    yield bytes.subarray(from, from + 65_536);
  }
}
