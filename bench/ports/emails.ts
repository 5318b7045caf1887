import type { BlobPointer, Emails } from "../../shared/pipeline/ports.ts";
import type { MadeDelivery } from "../material/deliveries.ts";

/** As large as the pieces in which storage hands out a blob. */
const CHUNK_BYTES = 65_536;

/** The emails of the deliveries that are current, in memory; read only. */
export function emailsOf(current: () => readonly MadeDelivery[]): Emails {
  const byBlob = new Map<string, Buffer>();
  let indexed: readonly MadeDelivery[] = [];

  function find({ blob }: BlobPointer): Buffer {
    const deliveries = current();
    if (deliveries !== indexed) {
      indexed = deliveries;
      byBlob.clear();
      for (const { job, email } of deliveries) byBlob.set(job.email.blob, email);
    }
    const email = byBlob.get(blob);
    if (!email) throw new Error(`There is no email ${blob}.`);
    return email;
  }

  return {
    async open(pointer) {
      const email = find(pointer);
      return { size: email.byteLength, chunks: chunksOf(email) };
    },
    write() {
      throw new Error("Nothing is written here.");
    },
    remove() {
      throw new Error("Nothing is removed here.");
    },
  };
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.byteLength; from += CHUNK_BYTES) {
    yield bytes.subarray(from, from + CHUNK_BYTES);
  }
}
