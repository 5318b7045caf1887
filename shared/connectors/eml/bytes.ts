/** The same memory as a `Buffer`, which searches and decodes natively. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** One character a byte: what header names, boundaries and base64 are made of. */
export function latin1(bytes: Uint8Array): string {
  return asBuffer(bytes).toString("latin1");
}

/** Bytes that come piece by piece, in one array. */
export interface ByteCollector {
  readonly size: number;
  /** Copies the piece: it may be used for something else afterwards. */
  add(piece: Uint8Array): void;
  /** All so far, as a view that later pieces do not change. */
  bytes(): Buffer;
}

const EMPTY = Buffer.alloc(0);

/** A million small pieces, each in an array of its own, would take a gigabyte. */
export function byteCollector(): ByteCollector {
  let room = EMPTY;
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(piece) {
      if (size + piece.length > room.length) {
        // Not filled with zeros: no byte beyond `size` is ever given out.
        const larger = Buffer.allocUnsafe(Math.max(256, 2 * size, size + piece.length));
        room.copy(larger, 0, 0, size);
        room = larger;
      }
      room.set(piece, size);
      size += piece.length;
    },
    bytes: () => room.subarray(0, size),
  };
}
