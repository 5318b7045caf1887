import { byteCollector, latin1 } from "./bytes.ts";

/** A head's bytes, and where each of its lines ends. */
export interface HeadBytes {
  readonly bytes: Uint8Array;
  readonly ends: readonly number[];
}

/** The lines of a head, while it is not yet sure where it ends. */
export interface HeadLines {
  readonly size: number;
  /** There are lines that may be the body already, and no more of them are waited for. */
  readonly isOver: boolean;
  add(line: Uint8Array): void;
  /** What turned out to be the head, and the bytes of the body behind it. */
  settle(): { readonly head: HeadBytes; readonly body: Uint8Array };
}

const DOUBTFUL_LINES = 5;
const DOUBTFUL_BYTES = 65_536;
/** Longer names are no names. */
const LONGEST_NAME = 300;
const COMMON_FIELD =
  /^(mime-version|content-[a-z-]+|from|to|cc|bcc|subject|date|message-id|received|return-path|reply-to|sender|in-reply-to|references|delivered-to|dkim-signature|list-[a-z]+|x-[\w-]+)[ \t]*:/i;

/** Whether a line of a head begins a header (RFC 5322 §2.2). */
export function isHeaderLine(line: Uint8Array): boolean {
  let at = 0;
  while (isOfName(line[at]) && at < LONGEST_NAME) at += 1;
  if (at === 0) return false;
  while (isBlank(line[at]) && at < LONGEST_NAME) at += 1;
  return line[at] === COLON;
}

const COLON = 0x3a;

function isOfName(byte = 0): boolean {
  return byte > 0x20 && byte < 0x7f && byte !== COLON;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}

/** Whether it goes on with the header above it. */
export function isFolded(line: Uint8Array): boolean {
  return isBlank(line[0]);
}

/**
 * Collects a head.
 *
 * A line that is no header either belongs to the one above it, folded wrongly,
 * or begins the body, whose blank line was forgotten. The lines after it tell: a
 * common header within a few of them means that the head goes on.
 */
export function headLines(): HeadLines {
  const collected = byteCollector();
  const ends: number[] = [];
  /** The first line that is in doubt. */
  let doubt = -1;
  const startOf = (line: number) => ends[line - 1] ?? 0;

  return {
    get size() {
      return collected.size;
    },
    get isOver() {
      if (doubt < 0) return false;
      return (
        ends.length - doubt > DOUBTFUL_LINES || collected.size - startOf(doubt) > DOUBTFUL_BYTES
      );
    },
    add(line) {
      if (doubt >= 0) {
        if (COMMON_FIELD.test(latin1(line.subarray(0, 100)))) doubt = -1;
      } else if (!(isFolded(line) && collected.size > 0) && !isHeaderLine(line)) {
        doubt = ends.length;
      }
      collected.add(line);
      ends.push(collected.size);
    },
    settle() {
      const lines = doubt < 0 ? ends.length : doubt;
      const end = startOf(lines);
      const bytes = collected.bytes();
      return {
        head: { bytes: bytes.subarray(0, end), ends: ends.slice(0, lines) },
        body: bytes.subarray(end),
      };
    },
  };
}
