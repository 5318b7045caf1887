import { Readable } from "node:stream";
import { RandomAccessReader } from "yauzl";
import type { Chunks } from "../../pipeline/ports.ts";

/** Exactly these bytes of a file. Fewer are an error. */
export type ReadRange = (start: number, length: number) => Promise<Uint8Array>;

const BLOCK_BYTES = 2 * 1_048_576;

/**
 * A file read by ranges, a block of 2 MB at a time.
 *
 * A ZIP reader asks for 46 bytes, then for 20, then for 46: over HTTP each would
 * be a request. The files of a ZIP lie one behind the other, so those that are
 * read together share their blocks. At most `mostBlocks` are held.
 */
export class RangeReader extends RandomAccessReader {
  readonly size: number;
  readonly #read: ReadRange;
  readonly #mostBlocks: number;
  /** In the order of their last use. */
  readonly #blocks = new Map<number, Promise<Uint8Array>>();

  constructor(read: ReadRange, size: number, options: { mostBlocks: number }) {
    super();
    this.size = size;
    this.#read = read;
    this.#mostBlocks = options.mostBlocks;
  }

  /** The bytes from `start` up to `end`, which is not inside. */
  async *range(start: number, end: number): Chunks {
    for (let at = start; at < end; ) {
      const index = Math.floor(at / BLOCK_BYTES);
      const block = await this.#block(index);
      const from = at - index * BLOCK_BYTES;
      const piece = block.subarray(from, Math.min(from + end - at, block.byteLength));
      if (piece.byteLength === 0) throw new RangeError("The range ends behind the file.");
      yield piece;
      at += piece.byteLength;
    }
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.range(start, end), { objectMode: false });
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.#fill(buffer.subarray(offset, offset + length), position).then(
      () => callback(null, length),
      (error: Error) => callback(error),
    );
  }

  async #fill(target: Uint8Array, position: number): Promise<void> {
    let filled = 0;
    for await (const piece of this.range(position, position + target.byteLength)) {
      target.set(piece, filled);
      filled += piece.byteLength;
    }
  }

  #block(index: number): Promise<Uint8Array> {
    const start = index * BLOCK_BYTES;
    const length = Math.max(0, Math.min(BLOCK_BYTES, this.size - start));
    const known = this.#blocks.get(index);
    const block =
      known ?? (length === 0 ? Promise.resolve(new Uint8Array()) : this.#read(start, length));
    this.#blocks.delete(index);
    this.#blocks.set(index, block);
    // A failure must not be handed out again to whoever tries once more.
    block.catch(() => this.#blocks.delete(index));
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= this.#mostBlocks) break;
      this.#blocks.delete(oldest);
    }
    return block;
  }
}
