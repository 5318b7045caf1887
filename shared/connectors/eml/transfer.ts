import { asBuffer, latin1 } from "./bytes.ts";
import type { Part } from "./split.ts";

/** Undoes a transfer encoding, piece by piece: what one call does not give, the next or `end` does. */
export interface TransferDecoder {
  push(bytes: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

const NOTHING = new Uint8Array();
const LF = 0x0a;
const CR = 0x0d;
const EQUALS = 0x3d;
const LONGEST_LINE = 65_536;

/**
 * The decoder of a part's `Content-Transfer-Encoding`.
 *
 * An unknown encoding leaves the bytes as they are (RFC 2045 §6.4). What is not
 * of the encoding's alphabet is passed over, as every mail client does: half a
 * file is worth more to its reader than none.
 */
function transferDecoder(encoding: string): TransferDecoder {
  switch (encoding) {
    case "base64":
      return base64Decoder();
    case "quoted-printable":
      return byLine(decodeQuotedPrintableLine);
    case "x-uuencode":
    case "x-uue":
    case "uuencode":
    case "uue":
      return uuDecoder();
    default:
      return { push: (bytes) => bytes, end: () => NOTHING };
  }
}

/** A leaf's body is encoded as its head says; what stands before a multipart's parts never is. */
export function partDecoder({ kind, head, unopened }: Part): TransferDecoder {
  return transferDecoder(kind === "leaf" && !unopened ? head.encoding : "");
}

function base64Decoder(): TransferDecoder {
  /** Fewer than four characters that are not yet a group. */
  let open = "";
  const decode = (text: string) => Buffer.from(text, "base64");
  return {
    push(bytes) {
      const text = latin1(bytes).replace(/[^A-Za-z0-9+/=]+/g, "");
      // Some senders pad every line: each padding ends a unit, and the next starts afresh.
      const units = (open + text).split(/=+/);
      const last = units.pop() ?? "";
      const whole = last.length - (last.length % 4);
      open = last.slice(whole);
      const decoded = [...units.map(decode), decode(last.slice(0, whole))];
      return decoded.length === 1 ? (decoded[0] ?? NOTHING) : Buffer.concat(decoded);
    },
    end: () => decode(open),
  };
}

/** RFC 2045 §6.7: blanks at the end of a line are the transport's, `=` there joins it to the next. */
function decodeQuotedPrintableLine(line: Uint8Array): Uint8Array {
  let end = line.length;
  while (end > 0 && (line[end - 1] === LF || line[end - 1] === CR)) end -= 1;
  const lineEnd = line.subarray(end);
  while (end > 0 && lineEnd.length > 0 && (line[end - 1] === 0x20 || line[end - 1] === 0x09)) {
    end -= 1;
  }
  const softBreak = end > 0 && line[end - 1] === EQUALS;
  if (softBreak) end -= 1;

  const decoded = Buffer.allocUnsafe(line.length);
  let size = 0;
  for (let i = 0; i < end; i += 1) {
    const byte = line[i] as number;
    const high = byte === EQUALS ? hex(line[i + 1]) : -1;
    const low = high >= 0 && i + 2 < end ? hex(line[i + 2]) : -1;
    decoded[size] = low >= 0 ? high * 16 + low : byte;
    if (low >= 0) i += 2;
    size += 1;
  }
  if (!softBreak) {
    decoded.set(lineEnd, size);
    size += lineEnd.length;
  }
  return decoded.subarray(0, size);
}

function hex(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** Lines between `begin 644 name` and `end`, each with its length in its first character. */
function uuDecoder(): TransferDecoder {
  let begun = false;
  return byLine((line) => {
    const text = latin1(line).trimEnd();
    if (!begun) {
      begun = /^begin(-base64)? [0-7]{3,4} /.test(text);
      return NOTHING;
    }
    if (text === "end") {
      begun = false;
      return NOTHING;
    }
    return decodeUuLine(text);
  });
}

function decodeUuLine(text: string): Uint8Array {
  const six = (i: number) => (i < text.length ? (text.charCodeAt(i) - 32) & 63 : 0);
  const decoded = Buffer.alloc(text.length === 0 ? 0 : six(0));
  for (let from = 1, at = 0; at < decoded.length; from += 4, at += 3) {
    const group = (six(from) << 18) | (six(from + 1) << 12) | (six(from + 2) << 6) | six(from + 3);
    decoded[at] = group >> 16;
    if (at + 1 < decoded.length) decoded[at + 1] = (group >> 8) & 255;
    if (at + 2 < decoded.length) decoded[at + 2] = group & 255;
  }
  return decoded;
}

/** Feeds whole lines, their ends included. A line of 64 KiB and more comes in pieces: no sender's is so long. */
function byLine(decodeLine: (line: Uint8Array) => Uint8Array): TransferDecoder {
  let open: Uint8Array = NOTHING;
  return {
    push(bytes) {
      const all = open.length > 0 ? Buffer.concat([open, bytes]) : asBuffer(bytes);
      const decoded: Uint8Array[] = [];
      let from = 0;
      for (let end = all.indexOf(LF); end >= 0; end = all.indexOf(LF, from)) {
        decoded.push(decodeLine(all.subarray(from, end + 1)));
        from = end + 1;
      }
      while (all.length - from > LONGEST_LINE) {
        // Not between an `=` and the digits of its byte.
        let end = from + LONGEST_LINE - 2;
        while (end > from + 1 && all.subarray(end - 2, end).includes(EQUALS)) end -= 1;
        decoded.push(decodeLine(all.subarray(from, end)));
        from = end;
      }
      // A copy: the caller may use its buffer again, and a view would keep all of it alive.
      open = Uint8Array.from(all.subarray(from));
      return decoded.length === 1 ? (decoded[0] ?? NOTHING) : Buffer.concat(decoded);
    },
    end: () => (open.length > 0 ? decodeLine(open) : NOTHING),
  };
}
