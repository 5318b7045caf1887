import { createHash } from "node:crypto";
import { sha256 } from "../../domain/item-key.ts";
import type { MailFile, MailItem } from "../../domain/mail-item.ts";

type Chunks = AsyncIterable<Uint8Array>;

/** A file that can be read now, once, from its start. */
export interface OpenFile {
  readonly file: MailFile;
  readonly chunks: Chunks;
}

/** A run of a file's bytes, as long as an upload takes them at once. */
export interface Range {
  readonly start: number;
  /** The byte after the last one. */
  readonly end: number;
  readonly bytes: Buffer;
}

/** Each file of an item with its chunks; whoever does not want one must drain it. */
export async function* filesOf(item: MailItem): AsyncGenerator<OpenFile> {
  let index = 0;
  for await (const chunks of item.openFiles()) {
    const file = item.files[index];
    index += 1;
    if (file) yield { file, chunks };
  }
  if (index !== item.files.length) {
    throw new Error(`an item has ${item.files.length} files, and ${index} were read`);
  }
}

/** The whole of a small file. Throws unless its bytes are those that were announced. */
export async function readFile({ file, chunks }: OpenFile): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) {
    parts.push(chunk);
  }
  const [only, ...more] = parts;
  // What is held in memory comes in one piece, and need not be there twice.
  const content = only && more.length === 0 ? only : Buffer.concat(parts);
  if (content.length !== file.size || sha256(content) !== file.sha256) throw unlike(file);
  return content;
}

export async function drain(chunks: Chunks): Promise<void> {
  for await (const _ of chunks) {
    // The next file begins only where this one ends.
  }
}

/**
 * A file in ranges of `length` bytes, the last one shorter. One buffer serves
 * them all, so a range must be sent before the next is asked for. Before the
 * last range is handed out the whole is compared with what was announced: a file
 * that is not as it should be never becomes an attachment.
 */
export async function* ranges({ file, chunks }: OpenFile, length: number): AsyncGenerator<Range> {
  const buffer = Buffer.allocUnsafe(Math.min(length, file.size));
  const hash = createHash("sha256");
  let start = 0;
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      if (filled === buffer.length) {
        yield { start, end: start + filled, bytes: buffer };
        start += filled;
        filled = 0;
      }
      const part = chunk.subarray(at, at + buffer.length - filled);
      if (start + filled + part.length > file.size) throw unlike(file);
      hash.update(part);
      buffer.set(part, filled);
      filled += part.length;
      at += part.length;
    }
  }
  if (start + filled !== file.size || hash.digest("hex") !== file.sha256) throw unlike(file);
  yield { start, end: start + filled, bytes: buffer.subarray(0, filled) };
}

function unlike({ size }: MailFile): Error {
  return new Error(`the bytes of a file are not those announced (${size} bytes by their hash)`);
}
