import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The bytes of attachments, by their SHA-256. */
export interface Contents {
  put(bytes: Buffer): { sha256: string; bytes: number };
  /** Throws when the content is not there: the mailbox named it, so it was lost. */
  get(sha256: string): Buffer;
  clear(): void;
}

export function memoryContents(): Contents {
  const kept = new Map<string, Buffer>();
  return {
    put(bytes) {
      const sha256 = sha256Of(bytes);
      kept.set(sha256, bytes);
      return { sha256, bytes: bytes.length };
    },
    get(sha256) {
      const bytes = kept.get(sha256);
      if (!bytes) {
        throw new Error(`The stand-in has lost the content ${sha256}.`);
      }
      return bytes;
    },
    clear: () => kept.clear(),
  };
}

/** One file a content. Written before the answer leaves, so a killed stand-in loses nothing. */
export function fileContents(directory: string): Contents {
  mkdirSync(directory, { recursive: true });
  return {
    put(bytes) {
      const sha256 = sha256Of(bytes);
      const file = join(directory, sha256);
      if (!existsSync(file)) {
        writeFileSync(file, bytes);
      }
      return { sha256, bytes: bytes.length };
    },
    get: (sha256) => readFileSync(join(directory, sha256)),
    clear() {
      rmSync(directory, { recursive: true, force: true });
      mkdirSync(directory, { recursive: true });
    },
  };
}

function sha256Of(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
