import type { BoundaryLine, OpenBoundaries } from "./boundaries.ts";
import { latin1 } from "./bytes.ts";
import { CR, type Cursor, LF } from "./cursor.ts";

/** A boundary line, and where it lies before the cursor. */
export interface FoundBoundary extends BoundaryLine {
  readonly from: number;
}

/** Reads what stands between two boundaries. */
export interface BodyReader {
  /** To be called where a line begins. */
  begin(): void;
  /** Reads on, until a boundary line: the cursor then stands behind it. */
  read(): FoundBoundary | undefined;
}

const DASH = 0x2d;
const LONGEST_BOUNDARY_LINE = 4_096;

/** @param deliver takes the bytes, without the line break that belongs to the boundary */
export function bodyReader(
  cursor: Cursor,
  open: OpenBoundaries,
  deliver: (bytes: Uint8Array) => void,
): BodyReader {
  let atLineStart = true;

  function deliverUntil(until: number): void {
    if (until <= cursor.at) return;
    deliver(cursor.buffer.subarray(cursor.at, until));
    cursor.at = until;
    atLineStart = false;
  }

  /** Where a line begins that may be a boundary. */
  function candidateFrom(from: number): number {
    const { buffer, at } = cursor;
    const isHere = from === at && atLineStart && buffer[at] === DASH && buffer[at + 1] === DASH;
    return isHere ? at : cursor.nextDashes(from);
  }

  /** The line break before a boundary line belongs to the boundary (RFC 2046 §5.1.1). */
  function lineBreakBefore(candidate: number): number {
    const { buffer, at, newline } = cursor;
    if (candidate === at) return at;
    const isPair = newline === LF && candidate - 2 >= at && buffer[candidate - 2] === CR;
    return candidate - (isPair ? 2 : 1);
  }

  /** Whether a line that begins here may be a boundary whose end has not come yet. */
  function isCutOff(candidate: number): boolean {
    const { buffer, isFinal } = cursor;
    return !isFinal && buffer.length - candidate <= LONGEST_BOUNDARY_LINE;
  }

  return {
    begin() {
      atLineStart = true;
    },
    read() {
      const { buffer, isFinal, newline } = cursor;
      const isHalfDashes = atLineStart && cursor.at === buffer.length - 1 && buffer.at(-1) === DASH;
      if (isHalfDashes && !isFinal) return undefined;
      for (let from = cursor.at; open.size > 0; ) {
        const candidate = candidateFrom(from);
        if (candidate < 0) break;
        from = candidate + 2;
        const isKnown = from < buffer.length || isFinal;
        if (isKnown && !open.canBegin(buffer[from])) continue;

        const found = cursor.lineEnd(candidate);
        if (found === 0 && isCutOff(candidate)) {
          deliverUntil(lineBreakBefore(candidate));
          return undefined;
        }
        const end = found || buffer.length;
        const isShort = end - candidate <= LONGEST_BOUNDARY_LINE;
        const boundary = isShort ? open.match(latin1(buffer.subarray(candidate, end))) : undefined;
        if (boundary) {
          deliverUntil(lineBreakBefore(candidate));
          cursor.at = end;
          return { ...boundary, from: candidate };
        }
        // The line's own end may be the break before the next boundary.
        from = Math.max(from, end - 2);
      }
      const tail = isFinal || open.size === 0 ? 0 : undecidedTail(buffer, newline);
      deliverUntil(buffer.length - tail);
      return undefined;
    },
  };
}

/** How many bytes at the end may be the break before a boundary line, or the start of its hyphens. */
function undecidedTail(buffer: Buffer, newline: number): number {
  let tail = 0;
  if (buffer.at(-1) === DASH && buffer.at(-2) === newline) tail = 2;
  else if (buffer.at(-1) === newline) tail = 1;
  if (newline === LF && buffer.at(-tail - 1) === CR) tail += 1;
  return tail;
}
