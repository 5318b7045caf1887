import { type BoundaryLine, openBoundaries } from "./boundaries.ts";
import { latin1 } from "./bytes.ts";
import { noHead, type PartHead, parseHead } from "./head.ts";
import { type HeadLines, headLines, isFolded, isHeaderLine } from "./head-lines.ts";

/** A part of an email: a leaf with a body, a multipart, or an opened message. */
export interface Part {
  /** Counts from 0 in order of appearance: the same in every reading of the same bytes. */
  readonly index: number;
  readonly parent: Part | undefined;
  readonly depth: number;
  readonly head: PartHead;
  /** `message` is a message/rfc822 part whose own parts follow. */
  readonly kind: "leaf" | "multipart" | "message";
  /** Set on a leaf that holds what a limit left unopened: further headers, a multipart, all further parts. */
  readonly unopened?: "headers" | "depth" | "count";
}

/** Who is told of the parts. Bytes come still transfer-encoded, and are lent until the call returns. */
export interface PartSink {
  /** Whether an unencoded message/rfc822 part is opened, or stays a file. */
  opens(head: PartHead, parent: Part | undefined): boolean;
  part(part: Part): void;
  /** A leaf's body, or what stands in a multipart before its first part. */
  bytes(part: Part, bytes: Uint8Array): void;
  end(part: Part): void;
}

export interface Splitter {
  push(block: Uint8Array): void;
  end(): void;
  /** Bytes looked at so far: tests hold it proportional to the bytes given. */
  readonly work: number;
}

/** What no sender makes. Beyond it nothing is lost: what is not opened becomes a file. */
export const splitLimits = { headBytes: 2_097_152, depth: 200, parts: 10_000 };

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;
const LONGEST_HEADER_LINE = 1_048_576;
const LONGEST_BOUNDARY_LINE = 4_096;

/**
 * Splits an email into its parts, block by block, in memory that does not grow
 * with the email.
 *
 * It reads what senders write, not only what RFC 2046 allows: boundaries with
 * blanks behind them, parts that are never closed, a boundary that the head
 * forgot to name, a head without a blank line after it, a `From ` line, a byte
 * order mark, line ends of one kind or another. A boundary line of an outer
 * multipart ends all inner ones. The blocks should be of one size: where a block
 * ends has no influence on the parts, but where a line of an absurd length does.
 */
export function partSplitter(sink: PartSink, limits = splitLimits): Splitter {
  // The same memory for every block: garbage of its size would pile up faster than it is collected.
  let room = Buffer.alloc(0);
  let buffer = room;
  let at = 0;
  let isFinal = false;
  let work = 0;
  let count = 0;
  let newline = LF;
  let state: "start" | "head" | "body" | "swallow" = "start";

  // While a head is read.
  let parent: Part | undefined;
  let lines: HeadLines = headLines();
  /** Takes the lines that are beyond a limit. */
  let overflow: Part | undefined;
  let overflown: { from: number; until: number } | undefined;
  let isOverflowing = false;
  let isMidLine = false;

  // While a body is read. Without a part it is an epilogue, which no mail client shows.
  let part: Part | undefined;
  let atLineStart = false;
  const open = openBoundaries();
  const multiparts: Part[] = [];

  function newPart(head: PartHead, kind: Part["kind"], unopened?: Part["unopened"]): Part {
    const depth = parent ? parent.depth + 1 : 0;
    const made: Part = { index: count, parent, depth, head, kind, ...(unopened && { unopened }) };
    count += 1;
    sink.part(made);
    return made;
  }

  function beginHead(of: Part | undefined): void {
    state = "head";
    parent = of;
    lines = headLines();
    overflow = undefined;
    isOverflowing = false;
    isMidLine = false;
  }

  /** The byte after the line that begins at `at`; 0 when its end has not come yet. */
  function lineEnd(from: number): number {
    const end = buffer.indexOf(newline, from);
    work += (end < 0 ? buffer.length : end) - from;
    return end + 1;
  }

  function stepStart(): boolean {
    if (buffer.indexOf(LF) < 0 && buffer.includes(CR)) newline = CR;
    if (buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf) at = 3;
    beginHead(undefined);
    return true;
  }

  function stepHead(): boolean {
    const end = lineEnd(at);
    if (end === 0) return stepUnendedHeadLine();
    const line = buffer.subarray(at, end);
    const isBlank = !isMidLine && isLineBreak(line);
    if (!isMidLine && count === 0 && lines.size === 0 && (isBlank || isMboxLine(line))) {
      at = end;
      return true;
    }
    if (isBlank) {
      if (finishHead()) at = end;
      return true;
    }
    if (!isMidLine && isBoundary(line)) {
      finishHead();
      return true;
    }
    takeHeadLine(line);
    isMidLine = false;
    at = end;
    if (lines.isOver) finishHead();
    return true;
  }

  function stepUnendedHeadLine(): boolean {
    const line = buffer.subarray(at);
    if (!isFinal && line.length <= LONGEST_HEADER_LINE) return false;
    const isText = line.length > 0 && (isMidLine || !isBoundary(line));
    if (isText) takeHeadLine(line);
    at = buffer.length;
    isMidLine = !isFinal;
    if (isFinal) finishHead();
    return isFinal;
  }

  function isBoundary(line: Uint8Array): boolean {
    return (
      line[0] === DASH &&
      line[1] === DASH &&
      line.length <= LONGEST_BOUNDARY_LINE &&
      open.match(latin1(line)) !== undefined
    );
  }

  function takeHeadLine(line: Uint8Array): void {
    const continues = isMidLine || isFolded(line);
    const fits = line.length <= LONGEST_HEADER_LINE && lines.size + line.length <= limits.headBytes;
    if (fits && !(continues && isOverflowing)) {
      flushOverflow();
      lines.add(line);
      isOverflowing = false;
      return;
    }
    isOverflowing = true;
    overflow ??= newPart(parseHead(noHead, "text/rfc822-headers"), "leaf", "headers");
    overflown ??= { from: at, until: at };
    overflown.until = at + line.length;
  }

  /** The lines beyond a limit together: one by one they would cost more than all the rest. */
  function flushOverflow(): void {
    if (overflow && overflown)
      sink.bytes(overflow, buffer.subarray(overflown.from, overflown.until));
    overflown = undefined;
  }

  /** Ends the head, and puts back what was taken for it but is the body. False when something was. */
  function finishHead(): boolean {
    flushOverflow();
    if (overflow) sink.end(overflow);
    const { head, body } = lines.settle();
    if (body.length > 0) {
      buffer = Buffer.concat([body, buffer.subarray(at)]);
      at = 0;
    }
    const inDigest = parent?.head.contentType === "multipart/digest";
    const parsed = parseHead(head, inDigest ? "message/rfc822" : "text/plain");
    // Thousands of parts may each have headers by the megabyte, which no one asks for.
    const isEmail = !parent || parent.kind === "message";
    beginBody(isEmail ? parsed : { ...parsed, headers: [] });
    return body.length === 0;
  }

  function beginBody(head: PartHead): void {
    const isTooDeep = (parent?.depth ?? -1) + 1 >= limits.depth;
    if (isMessage(head) && !isTooDeep && sink.opens(head, parent)) {
      beginHead(newPart(head, "message"));
      return;
    }
    state = "body";
    atLineStart = true;
    if (isMultipart(head) && !isTooDeep) {
      part = newPart(head, "multipart");
      multiparts.push(part);
      open.push(head.boundary && latin1(Buffer.from(head.boundary)));
    } else {
      part = newPart(head, "leaf", isMultipart(head) ? "depth" : undefined);
    }
  }

  function deliver(until: number): void {
    if (until <= at) return;
    if (part) sink.bytes(part, buffer.subarray(at, until));
    atLineStart = false;
    at = until;
  }

  function stepBody(): boolean {
    const isHalfDashes = atLineStart && at === buffer.length - 1 && buffer[at] === DASH;
    if (isHalfDashes && !isFinal) return false;
    for (let from = at; open.size > 0; ) {
      const candidate = nextDashes(from);
      if (candidate < 0) break;
      const isCut = candidate + 2 >= buffer.length && !isFinal;
      if (!isCut && !open.canBegin(buffer[candidate + 2])) {
        from = candidate + 2;
        continue;
      }
      let end = lineEnd(candidate);
      if (end === 0 && !isFinal && buffer.length - candidate <= LONGEST_BOUNDARY_LINE) {
        deliver(lineBreakBefore(candidate));
        return false;
      }
      if (end === 0) end = buffer.length;
      const boundary = boundaryIn(candidate, end);
      if (boundary) {
        endPart(candidate, end, boundary);
        return true;
      }
      // The line's own end may be the break before the next boundary.
      from = Math.max(candidate + 2, end - 2);
    }
    const tail = isFinal || open.size === 0 ? 0 : undecidedTail(buffer, newline);
    deliver(buffer.length - tail);
    return false;
  }

  function boundaryIn(candidate: number, end: number): BoundaryLine | undefined {
    if (end - candidate > LONGEST_BOUNDARY_LINE) return undefined;
    return open.match(latin1(buffer.subarray(candidate, end)));
  }

  function endPart(candidate: number, end: number, boundary: BoundaryLine): void {
    deliver(lineBreakBefore(candidate));
    if (part) sink.end(part);
    part = undefined;
    if (boundary.closes) {
      // Some gateways put a part of their own behind the last boundary: the outermost stays open.
      closeMultiparts(Math.max(1, boundary.level));
      at = end;
      atLineStart = true;
    } else {
      closeMultiparts(boundary.level + 1);
      beginPart(candidate, end);
    }
  }

  function beginPart(boundaryLine: number, end: number): void {
    const of = multiparts.at(-1);
    if (count < limits.parts) {
      at = end;
      beginHead(of);
      return;
    }
    parent = of;
    part = newPart(parseHead(noHead, "application/octet-stream"), "leaf", "count");
    at = boundaryLine;
    state = "swallow";
  }

  function closeMultiparts(size: number): void {
    multiparts.length = size;
    open.keep(size);
  }

  /** Where the next line begins that starts with two hyphens; -1 when there is none yet. */
  function nextDashes(from: number): number {
    const isHere = from === at && atLineStart;
    if (isHere && buffer[from] === DASH && buffer[from + 1] === DASH) return from;
    const found = buffer.indexOf(newline === LF ? "\n--" : "\r--", from, "latin1");
    work += (found < 0 ? buffer.length : found) - from;
    return found < 0 ? -1 : found + 1;
  }

  /** The line break before a boundary line belongs to the boundary (RFC 2046 §5.1.1). */
  function lineBreakBefore(candidate: number): number {
    if (candidate === at) return at;
    const isPair = newline === LF && candidate - 2 >= at && buffer[candidate - 2] === CR;
    return candidate - (isPair ? 2 : 1);
  }

  function run(): void {
    const steps = { start: stepStart, head: stepHead, body: stepBody, swallow: stepSwallow };
    while (steps[state]());
    flushOverflow();
  }

  function stepSwallow(): boolean {
    deliver(buffer.length);
    return false;
  }

  return {
    push(block) {
      const left = buffer.length - at;
      if (left + block.length > room.length) {
        const larger = Buffer.alloc(2 * (left + block.length));
        buffer.copy(larger, 0, at);
        room = larger;
      } else {
        buffer.copy(room, 0, at);
      }
      room.set(block, left);
      buffer = room.subarray(0, left + block.length);
      at = 0;
      run();
    },
    end() {
      isFinal = true;
      run();
      if (part) sink.end(part);
    },
    get work() {
      return work;
    },
  };
}

function isMultipart(head: PartHead): boolean {
  return head.contentType.startsWith("multipart/");
}

/** An encoded one is no email that could be split: RFC 2046 §5.2.1 forbids the encoding. */
function isMessage(head: PartHead): boolean {
  return (
    /^message\/(rfc822|global)$/.test(head.contentType) &&
    ["", "7bit", "8bit", "binary"].includes(head.encoding)
  );
}

function isLineBreak(line: Uint8Array): boolean {
  return line.every((byte) => byte === LF || byte === CR);
}

/** What mbox files put before each email. */
function isMboxLine(line: Uint8Array): boolean {
  return /^>?From /.test(latin1(line.subarray(0, 6))) && !isHeaderLine(line);
}

/** How many bytes at the end may be the break before a boundary line, or the start of its hyphens. */
function undecidedTail(buffer: Buffer, newline: number): number {
  let tail = 0;
  if (buffer.at(-1) === DASH && buffer.at(-2) === newline) tail = 2;
  else if (buffer.at(-1) === newline) tail = 1;
  if (newline === LF && buffer.at(-tail - 1) === CR) tail += 1;
  return tail;
}
