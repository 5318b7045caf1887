import { createHash, type Hash, randomUUID } from "node:crypto";
import { type BlockBlobClient, type ContainerClient, RestError } from "@azure/storage-blob";
import { eachLimited } from "../pipeline/each-limited.ts";
import type { Chunks, StoredBytes } from "../pipeline/ports.ts";
import { BLOCK_BYTES, giveBackBlock, takeBlock } from "./block-buffers.ts";
import { passedThrough } from "./short-lived.ts";

/** The next one is filled when one of them has arrived: at most 8 MB of a body are held. */
const BLOCKS_AT_ONCE = 2;
/** Else two writers could each think theirs was the first. */
const ABSENT = { ifNoneMatch: "*" };

/**
 * Writes the blob unless it is there, and tells size and hash of what it wrote;
 * nothing when it was there already.
 *
 * Up to 4 MB are sent in one request, more of them block by block. A stream that
 * fails leaves no blob: blocks become one only when the list of them is committed,
 * after the last. A piece of the stream is not looked at any more when the next
 * one is asked for.
 */
export async function writeOnce(
  container: ContainerClient,
  name: string,
  contentType: string,
  content: Chunks | Uint8Array,
): Promise<StoredBytes | undefined> {
  const blob = container.getBlockBlobClient(name);
  const hash = createHash("sha256");
  const blocks = content instanceof Uint8Array ? slices(content, hash) : filled(content, hash);
  const options = { blobHTTPHeaders: { blobContentType: contentType }, conditions: ABSENT };
  try {
    const size = await write(blob, blocks, options);
    return { size, sha256: hash.digest("hex") };
  } catch (error) {
    if (statusOf(error) === 409 || statusOf(error) === 412) return undefined;
    throw error;
  }
}

export function statusOf(error: unknown): number | undefined {
  return error instanceof RestError ? error.statusCode : undefined;
}

interface Block {
  readonly bytes: Uint8Array;
  /** To be called when the bytes have arrived, and only then. */
  readonly arrived: () => void;
}
type WriteOptions = Parameters<BlockBlobClient["commitBlockList"]>[1] & object;

async function write(
  blob: BlockBlobClient,
  blocks: AsyncGenerator<Block, void>,
  options: WriteOptions,
): Promise<number> {
  const first = await blocks.next();
  const second = first.done ? first : await blocks.next();
  if (first.done || second.done) {
    const { bytes, arrived } = first.value ?? NO_BYTES;
    await blob.upload(bytes, bytes.byteLength, options);
    arrived();
    return bytes.byteLength;
  }

  let size = 0;
  const ids: string[] = [];
  // Two writers of the same name must not overwrite each other's blocks before they are committed.
  const writer = randomUUID();
  await eachLimited(
    joined([first.value, second.value], blocks),
    BLOCKS_AT_ONCE,
    async ({ bytes, arrived }) => {
      const id = blockId(writer, ids.length);
      ids.push(id);
      size += bytes.byteLength;
      await blob.stageBlock(id, bytes, bytes.byteLength);
      arrived();
    },
  );
  await blob.commitBlockList(ids, options);
  return size;
}

const NO_BYTES: Block = { bytes: new Uint8Array(), arrived: () => {} };

/** Azure wants ids of one length in a blob, those included that a writer before has left uncommitted. */
function blockId(writer: string, index: number): string {
  return Buffer.from(`${writer}-${String(index).padStart(11, "0")}`).toString("base64");
}

async function* joined(first: readonly Block[], rest: AsyncIterable<Block>): AsyncGenerator<Block> {
  yield* first;
  yield* rest;
}

/** Bytes that lie ready: nothing is copied. */
async function* slices(content: Uint8Array, hash: Hash): AsyncGenerator<Block, void> {
  hash.update(content);
  for (let from = 0; from < content.byteLength; from += BLOCK_BYTES) {
    yield { bytes: content.subarray(from, from + BLOCK_BYTES), arrived: () => {} };
  }
}

/** The stream in blocks, each of them full but the last. Every piece is copied once. */
async function* filled(chunks: Chunks, hash: Hash): AsyncGenerator<Block, void> {
  let buffer = takeBlock();
  let size = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    passedThrough(chunk.byteLength);
    for (let from = 0; from < chunk.byteLength; ) {
      if (size === BLOCK_BYTES) {
        yield blockOf(buffer, size);
        buffer = takeBlock();
        size = 0;
      }
      const part = chunk.subarray(from, from + BLOCK_BYTES - size);
      buffer.set(part, size);
      size += part.byteLength;
      from += part.byteLength;
    }
  }
  yield blockOf(buffer, size);
}

function blockOf(buffer: Buffer, size: number): Block {
  return { bytes: buffer.subarray(0, size), arrived: () => giveBackBlock(buffer) };
}
