import { latin1 } from "./bytes.ts";
import { CR, type Cursor, LF } from "./cursor.ts";
import { type HeadBytes, type HeadLines, headLines, isFolded, isHeaderLine } from "./head-lines.ts";

/** Reads one head after the other. */
export interface HeadReader {
  /** Begins a head. Before the topmost one an mbox line and blank lines are passed over. */
  begin(isTopmost: boolean): void;
  /** Reads on. The head, once it is over: the cursor then stands where the body begins. */
  read(): HeadBytes | undefined;
}

export interface HeadSink {
  /** Whether the line is a boundary of a multipart that is open. */
  isBoundary(line: Uint8Array): boolean;
  /** Takes lines beyond the limit, and the pieces of one that is too long. */
  overflow(bytes: Uint8Array): void;
}

const LONGEST_LINE = 1_048_576;

export function headReader(cursor: Cursor, sink: HeadSink, mostBytes: number): HeadReader {
  let lines: HeadLines = headLines();
  let isTop = false;
  /** Within a line too long to be kept. */
  let isMidLine = false;
  let isOverflowing = false;
  let overflown: { from: number; until: number } | undefined;

  /** The lines beyond the limit together: one by one they would cost more than all the rest. */
  function flush(): void {
    if (overflown) sink.overflow(cursor.buffer.subarray(overflown.from, overflown.until));
    overflown = undefined;
  }

  function take(line: Uint8Array): void {
    const continues = isMidLine || isFolded(line);
    const fits = line.length <= LONGEST_LINE && lines.size + line.length <= mostBytes;
    isTop = false;
    if (fits && !(continues && isOverflowing)) {
      flush();
      lines.add(line);
      isOverflowing = false;
      return;
    }
    isOverflowing = true;
    overflown ??= { from: cursor.at, until: cursor.at };
    overflown.until = cursor.at + line.length;
  }

  /** Ends the head, and puts back what was taken for it but is the body. */
  function over(blankLine?: number): HeadBytes {
    flush();
    const { head, body } = lines.settle();
    if (blankLine !== undefined && body.length === 0) cursor.at = blankLine;
    cursor.putBack(body);
    return head;
  }

  /** Another line; the head, if it is over; `false`, if more bytes are needed. */
  function step(): HeadBytes | boolean {
    const end = cursor.lineEnd(cursor.at);
    if (end === 0) return stepUnended();
    const line = cursor.buffer.subarray(cursor.at, end);
    const isBlank = !isMidLine && isLineBreak(line);
    if (isTop && (isBlank || isMboxLine(line))) {
      cursor.at = end;
      return true;
    }
    if (isBlank) return over(end);
    if (!isMidLine && sink.isBoundary(line)) return over();
    take(line);
    isMidLine = false;
    cursor.at = end;
    return lines.isOver ? over() : true;
  }

  function stepUnended(): HeadBytes | boolean {
    const line = cursor.buffer.subarray(cursor.at);
    if (!cursor.isFinal && line.length <= LONGEST_LINE) return false;
    const isText = line.length > 0 && (isMidLine || !sink.isBoundary(line));
    if (isText) take(line);
    cursor.at = cursor.buffer.length;
    isMidLine = true;
    return cursor.isFinal && over();
  }

  return {
    begin(isTopmost) {
      lines = headLines();
      isTop = isTopmost;
      isMidLine = false;
      isOverflowing = false;
    },
    read() {
      let stepped: HeadBytes | boolean = true;
      while (stepped === true) stepped = step();
      flush();
      return stepped === false ? undefined : stepped;
    },
  };
}

function isLineBreak(line: Uint8Array): boolean {
  const first = line[0];
  return (first === LF || first === CR) && line.every((byte) => byte === LF || byte === CR);
}

/** What mbox files put before each email. */
function isMboxLine(line: Uint8Array): boolean {
  return /^>?From /.test(latin1(line.subarray(0, 6))) && !isHeaderLine(line);
}
