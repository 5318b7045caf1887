import { createHash } from "node:crypto";
import type { Part } from "./split.ts";
import { partDecoder } from "./transfer.ts";

/** A part with a body, as far as it has been read. */
export interface Leaf {
  readonly part: Part;
  /** Decoded bytes so far. */
  readonly size: number;
  /** How many bytes from the start may be shown. */
  readonly shows: number;
  /** Takes in bytes as they stand in the email. */
  push(bytes: Uint8Array): void;
  end(): void;
  /** What was kept: everything, or what may be shown. */
  content(): Uint8Array;
  /** Lower-case hex, over all decoded bytes; empty until the leaf has ended. */
  sha256(): string;
}

export function leafOf(part: Part, options: { keeps: boolean; shows: number }): Leaf {
  const { keeps, shows } = options;
  const decoder = partDecoder(part);
  const hash = createHash("sha256");
  const kept: Uint8Array[] = [];
  let size = 0;
  let digest = "";

  const take = (decoded: Uint8Array) => {
    hash.update(decoded);
    const wanted = keeps ? decoded : decoded.subarray(0, Math.max(0, shows - size));
    // A copy: the bytes are only lent, and a view of a few would keep all around them alive.
    if (wanted.length > 0) kept.push(Uint8Array.from(wanted));
    size += decoded.length;
  };

  return {
    part,
    shows,
    get size() {
      return size;
    },
    push: (bytes) => take(decoder.push(bytes)),
    end() {
      take(decoder.end());
      digest = hash.digest("hex");
    },
    content: () => (kept.length === 1 && kept[0] ? kept[0] : Buffer.concat(kept)),
    sha256: () => digest,
  };
}
