import { latin1 } from "./bytes.ts";
import { isHeaderLine } from "./head.ts";

/** The lines of a head, while it is not yet sure where it ends. */
export interface HeadLines {
  readonly size: number;
  /** There are lines that may be the body already, and no more of them are waited for. */
  readonly isOver: boolean;
  add(line: Uint8Array): void;
  /** What turned out to be the head, and what the body behind it. */
  settle(): { readonly head: readonly Uint8Array[]; readonly body: readonly Uint8Array[] };
}

const DOUBTFUL_LINES = 5;
const DOUBTFUL_BYTES = 65_536;
const COMMON_HEADER =
  /^(mime-version|content-[a-z-]+|from|to|cc|bcc|subject|date|message-id|received|return-path|reply-to|sender|in-reply-to|references|delivered-to|dkim-signature|list-[a-z]+|x-[\w-]+)[ \t]*:/i;

/**
 * Collects a head.
 *
 * A line that is no header either belongs to the one above it, folded wrongly,
 * or begins the body, whose blank line was forgotten. The lines after it tell: a
 * common header within a few of them means that the head goes on.
 */
export function headLines(): HeadLines {
  const lines: Uint8Array[] = [];
  let size = 0;
  /** The first line that is in doubt. */
  let doubt = -1;
  let doubtfulBytes = 0;

  return {
    get size() {
      return size;
    },
    get isOver() {
      return (
        doubt >= 0 && (lines.length - doubt > DOUBTFUL_LINES || doubtfulBytes > DOUBTFUL_BYTES)
      );
    },
    add(line) {
      const folded = lines.length > 0 && (line[0] === 0x20 || line[0] === 0x09);
      if (doubt >= 0 && COMMON_HEADER.test(latin1(line.subarray(0, 100)))) {
        doubt = -1;
        doubtfulBytes = 0;
      } else if (doubt < 0 && !folded && !isHeaderLine(line)) {
        doubt = lines.length;
      }
      lines.push(line);
      size += line.length;
      if (doubt >= 0) doubtfulBytes += line.length;
    },
    settle() {
      const end = doubt < 0 ? lines.length : doubt;
      return { head: lines.slice(0, end), body: lines.slice(end) };
    },
  };
}
