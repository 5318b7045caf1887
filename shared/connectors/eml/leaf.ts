import { createHash, type Hash } from "node:crypto";
import { sha256 } from "../../domain/item-key.ts";
import { byteCollector } from "./bytes.ts";
import type { Part } from "./split.ts";
import { partDecoder, type TransferDecoder } from "./transfer.ts";

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
  /** Lower-case hex, over all decoded bytes; to be asked when the leaf has ended. */
  sha256(): string;
}

export function leafOf(part: Part, options: { keeps: boolean; shows: number }): Leaf {
  const { keeps, shows } = options;
  // Let go at the end: ten thousand of them hold tens of megabytes.
  let open: { decoder: TransferDecoder; hash: Hash | undefined } | undefined = {
    decoder: partDecoder(part),
    // What is kept can be hashed when somebody asks; most of it nobody asks about.
    hash: keeps ? undefined : createHash("sha256"),
  };
  const kept = byteCollector();
  let size = 0;
  let digest = "";

  const take = (decoded: Uint8Array | undefined) => {
    if (!decoded || !open) return;
    open.hash?.update(decoded);
    const wanted = keeps ? decoded : decoded.subarray(0, Math.max(0, shows - size));
    kept.add(wanted);
    size += decoded.length;
  };

  return {
    part,
    shows,
    get size() {
      return size;
    },
    push: (bytes) => take(open?.decoder.push(bytes)),
    end() {
      take(open?.decoder.end());
      digest = open?.hash?.digest("hex") ?? digest;
      open = undefined;
    },
    content: () => kept.bytes(),
    sha256: () => (keeps ? sha256(kept.bytes()) : digest),
  };
}
