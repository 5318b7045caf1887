/** Azure takes 50,000 blocks a blob: items of up to 195 GB. */
export const BLOCK_BYTES = 4 * 1_048_576;
/** As many as are written at once; what is beyond is left to the garbage collection. */
const MOST_KEPT = 8;

const kept: Buffer[] = [];

/**
 * A buffer of `BLOCK_BYTES`, with whatever bytes the one before has left in it.
 *
 * Buffers are used again: each new one is 4 MB that V8 does not see, and every few of
 * them it would go through its whole heap to find them dead.
 */
export function takeBlock(): Buffer {
  return kept.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);
}

/**
 * Only for a buffer that nobody reads any more. One whose request has failed must be
 * dropped: its connection may still be sending from it.
 */
export function giveBackBlock(block: Buffer): void {
  if (kept.length < MOST_KEPT) kept.push(block);
}
