/** What lies before a reader of an email: what it left of the blocks before, and the block at hand. */
export interface Cursor {
  readonly buffer: Buffer;
  /** Everything before it has been read. */
  at: number;
  /** No block follows. */
  readonly isFinal: boolean;
  /** The byte that ends a line: a line feed, or a carriage return where there are no others. */
  readonly newline: number;
  /** Bytes looked at so far. */
  readonly work: number;
  push(block: Uint8Array): void;
  finish(): void;
  /** Puts bytes before what has not been read. */
  putBack(bytes: Uint8Array): void;
  /** Where the line ends that holds `from`, its line end included; 0 when that has not come yet. */
  lineEnd(from: number): number;
  /** Where the next line begins that starts with two hyphens; -1 when there is none yet. */
  nextDashes(from: number): number;
}

const EMPTY = Buffer.alloc(0);
export const LF = 0x0a;
export const CR = 0x0d;

export function cursor(): Cursor {
  // The same memory for every block: garbage of its size would pile up faster than it is collected.
  let room = EMPTY;
  let buffer = room;
  let at = 0;
  let isFinal = false;
  let newline = LF;
  let work = 0;
  let isFirst = true;

  const find = (what: number | string, from: number) => {
    const found = buffer.indexOf(what, from, "latin1");
    work += (found < 0 ? buffer.length : found) - from;
    return found;
  };
  return {
    get buffer() {
      return buffer;
    },
    get at() {
      return at;
    },
    set at(place) {
      at = place;
    },
    get isFinal() {
      return isFinal;
    },
    get newline() {
      return newline;
    },
    get work() {
      return work;
    },
    push(block) {
      const left = buffer.length - at;
      if (left + block.length > room.length) {
        const larger = Buffer.allocUnsafe(2 * (left + block.length));
        buffer.copy(larger, 0, at);
        room = larger;
      } else {
        buffer.copy(room, 0, at);
      }
      room.set(block, left);
      buffer = room.subarray(0, left + block.length);
      at = 0;
      if (isFirst && !block.includes(LF) && block.includes(CR)) newline = CR;
      isFirst = false;
    },
    finish() {
      isFinal = true;
    },
    putBack(bytes) {
      if (bytes.length === 0) return;
      buffer = Buffer.concat([bytes, buffer.subarray(at)]);
      at = 0;
    },
    lineEnd: (from) => find(newline, from) + 1,
    nextDashes(from) {
      const found = find(newline === LF ? "\n--" : "\r--", from);
      return found < 0 ? -1 : found + 1;
    },
  };
}
