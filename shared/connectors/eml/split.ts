import { bodyReader, type FoundBoundary } from "./body-reader.ts";
import { openBoundaries } from "./boundaries.ts";
import { latin1 } from "./bytes.ts";
import { cursor } from "./cursor.ts";
import { noHead, type PartHead, parseHead } from "./head.ts";
import { headReader } from "./head-reader.ts";

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
  const input = cursor();
  const open = openBoundaries();
  const multiparts: Part[] = [];
  let state: "start" | "head" | "body" | "swallow" = "start";
  let count = 0;
  /** Of the part whose head is read. */
  let parent: Part | undefined;
  /** Whose body is read; without one it is an epilogue, which no mail client shows. */
  let part: Part | undefined;
  /** Takes the headers that are beyond a limit. */
  let overflow: Part | undefined;

  const heads = headReader(
    input,
    {
      isBoundary: (line) =>
        line[0] === 0x2d && line[1] === 0x2d && open.match(latin1(line)) !== undefined,
      overflow(bytes) {
        overflow ??= newPart(parseHead(noHead, "text/rfc822-headers"), "leaf", "headers");
        sink.bytes(overflow, bytes);
      },
    },
    limits.headBytes,
  );
  const bodies = bodyReader(input, open, (bytes) => {
    if (part) sink.bytes(part, bytes);
  });

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
    heads.begin(count === 0);
  }

  function beginBody(head: PartHead): void {
    const isTooDeep = (parent?.depth ?? -1) + 1 >= limits.depth;
    if (isMessage(head) && !isTooDeep && sink.opens(head, parent)) {
      beginHead(newPart(head, "message"));
      return;
    }
    state = "body";
    bodies.begin();
    if (isMultipart(head) && !isTooDeep) {
      part = newPart(head, "multipart");
      multiparts.push(part);
      open.push(head.boundary && latin1(Buffer.from(head.boundary)));
    } else {
      part = newPart(head, "leaf", isMultipart(head) ? "depth" : undefined);
    }
  }

  function stepStart(): boolean {
    const { buffer } = input;
    if (buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf) input.at = 3;
    beginHead(undefined);
    return true;
  }

  function stepHead(): boolean {
    const read = heads.read();
    if (!read) return false;
    if (overflow) sink.end(overflow);
    overflow = undefined;
    const inDigest = parent?.head.contentType === "multipart/digest";
    const head = parseHead(read, inDigest ? "message/rfc822" : "text/plain");
    // Thousands of parts may each have headers by the megabyte, which no one asks for.
    const isEmail = !parent || parent.kind === "message";
    beginBody(isEmail ? head : { ...head, headers: [] });
    return true;
  }

  function stepBody(): boolean {
    const found = bodies.read();
    if (!found) return false;
    if (part) sink.end(part);
    part = undefined;
    if (found.closes) {
      // Some gateways put a part of their own behind the last boundary: the outermost stays open.
      closeMultiparts(Math.max(1, found.level));
      bodies.begin();
    } else {
      closeMultiparts(found.level + 1);
      beginPart(found);
    }
    return true;
  }

  function beginPart({ from }: FoundBoundary): void {
    if (count < limits.parts) {
      beginHead(multiparts.at(-1));
      return;
    }
    parent = multiparts.at(-1);
    part = newPart(parseHead(noHead, "application/octet-stream"), "leaf", "count");
    input.at = from;
    state = "swallow";
  }

  function stepSwallow(): boolean {
    if (part) sink.bytes(part, input.buffer.subarray(input.at));
    input.at = input.buffer.length;
    return false;
  }

  function closeMultiparts(size: number): void {
    multiparts.length = size;
    open.keep(size);
  }

  function run(): void {
    const steps = { start: stepStart, head: stepHead, body: stepBody, swallow: stepSwallow };
    while (steps[state]());
  }

  return {
    push(block) {
      input.push(block);
      run();
    },
    end() {
      input.finish();
      run();
      if (part) sink.end(part);
    },
    get work() {
      return input.work;
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
