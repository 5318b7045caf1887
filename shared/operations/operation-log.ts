import { z } from "zod";
import { sha256 } from "../domain/item-key.ts";
import type { BlobPointer, StoredFiles } from "../pipeline/ports.ts";
import { gather } from "../pipeline/streams.ts";

/** No connector's id: those begin with a letter or digit. */
const FOLDER = "_operations";

/** One thing that an operator did or asked for. Ids only: this lies in evidence, and is never deleted. */
export const OperationEntry = z.object({
  v: z.literal(1),
  /** Counted from 1, without a gap. */
  sequence: z.int().positive(),
  previous: z.object({ blob: z.string(), sha256: z.string() }).nullable(),
  at: z.iso.datetime(),
  /** The caller's object id. */
  by: z.string(),
  action: z.string(),
  why: z.string().optional(),
  detail: z.record(z.string(), z.unknown()).default({}),
});
export type OperationEntry = Readonly<z.infer<typeof OperationEntry>>;

export interface OperationLog {
  /** Adds an entry to the chain. Done before the work: what was done always has its entry. */
  record(entry: {
    by: string;
    action: string;
    why?: string;
    detail?: Record<string, unknown>;
  }): Promise<void>;
  /** Every entry with the bytes it was read from, oldest first. */
  entries(): AsyncIterable<{ blob: string; sha256: string; entry: OperationEntry | undefined }>;
}

/**
 * What operators did, in `custody/_operations/{sequence}.json`: each entry written
 * once and carrying the hash of the one before it.
 *
 * The next number is taken by whoever writes its blob first; the other one goes on
 * to the number after. No lease is needed, and none can be left behind.
 */
export function blobOperationLog(files: StoredFiles, now: () => Date): OperationLog {
  let last: { sequence: number; blob: string; sha256: string } | undefined;

  return {
    async record({ by, action, why, detail = {} }) {
      last ??= await end();
      for (;;) {
        const sequence: number = (last?.sequence ?? 0) + 1;
        const pointer = pointerOf(sequence);
        const entry: OperationEntry = {
          v: 1,
          sequence,
          previous: last ? { blob: last.blob, sha256: last.sha256 } : null,
          at: now().toISOString(),
          by,
          action,
          ...(why !== undefined && { why }),
          detail,
        };
        const bytes = Buffer.from(JSON.stringify(entry));
        const written = await files.writeOnce(pointer, "application/json", once(bytes));
        last = {
          sequence,
          blob: pointer.blob,
          sha256: written?.sha256 ?? sha256(await bytesOf(pointer)),
        };
        if (written) return;
      }
    },

    async *entries() {
      for await (const { blob } of files.list("custody", `${FOLDER}/`)) {
        const bytes = await bytesOf({ container: "custody", blob });
        yield { blob, sha256: sha256(bytes), entry: entryOf(bytes) };
      }
    },
  };

  async function end() {
    let blob: string | undefined;
    for await (const file of files.list("custody", `${FOLDER}/`)) blob = file.blob;
    if (blob === undefined) return undefined;
    const sequence = Number(/(\d+)\.json$/.exec(blob)?.[1] ?? 0);
    return { sequence, blob, sha256: sha256(await bytesOf({ container: "custody", blob })) };
  }

  async function bytesOf(pointer: BlobPointer): Promise<Buffer> {
    const file = await files.open(pointer);
    return file ? gather(file.chunks) : Buffer.of();
  }
}

/** Nine digits, so that names sort as numbers do. */
function pointerOf(sequence: number): BlobPointer {
  return { container: "custody", blob: `${FOLDER}/${String(sequence).padStart(9, "0")}.json` };
}

function entryOf(bytes: Buffer): OperationEntry | undefined {
  try {
    return OperationEntry.parse(JSON.parse(bytes.toString()));
  } catch {
    // Not what was written: `verify` names the place.
    return undefined;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
