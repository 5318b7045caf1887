import { asBuffer, latin1 } from "./bytes.ts";
import type { Part } from "./split.ts";

/**
 * Undoes a transfer encoding, piece by piece: what one call does not give, the
 * next or `end` does. Where there is nothing to undo, it gives back what it got.
 */
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
      return byLine(quotedPrintableLine);
    case "x-uuencode":
    case "x-uue":
    case "uuencode":
    case "uue":
      return byLine(uuLine());
    default:
      return { push: (bytes) => bytes, end: () => NOTHING };
  }
}

/** A leaf's body is encoded as its head says; what stands before a multipart's parts never is. */
export function partDecoder({ kind, head, unopened }: Part): TransferDecoder {
  return transferDecoder(kind === "leaf" && !unopened ? head.encoding : "");
}

/**
 * Base64 as almost everybody writes it, in lines of one length, is decoded a block at
 * a time; from the first line of another length on, by what takes it as it comes.
 */
function base64Decoder(): TransferDecoder {
  const anyhow = anyBase64Decoder();
  let isEven = true;
  let open = Buffer.alloc(0);
  return {
    push(bytes) {
      if (!isEven) return anyhow.push(bytes);
      const all = open.length > 0 ? Buffer.concat([open, bytes]) : asBuffer(bytes);
      const { decoded, end } = evenLines(all);
      const rest = all.subarray(end);
      isEven = rest.length <= LONGEST_EVEN_LINE && !rest.includes(LF);
      if (isEven) {
        // A copy: the bytes are only lent.
        open = Buffer.from(rest);
        return decoded;
      }
      const others = anyhow.push(rest);
      open = Buffer.alloc(0);
      return decoded.length > 0 ? Buffer.concat([decoded, others]) : others;
    },
    end() {
      const rest = anyhow.push(open);
      return Buffer.concat([rest, anyhow.end()]);
    },
  };
}

/** RFC 2045 §6.8 has 76; some senders write more. */
const LONGEST_EVEN_LINE = 1_024;

/**
 * The whole lines at the start that are of one length and hold whole groups of four,
 * decoded, and where they end. Nothing when one of their bytes is not of the alphabet.
 */
function evenLines(bytes: Buffer): { decoded: Uint8Array; end: number } {
  const first = bytes.indexOf(LF) + 1;
  const breakLength = bytes[first - 2] === CR ? 2 : 1;
  const groups = (first - breakLength) / 4;
  if (first === 0 || groups === 0 || !Number.isInteger(groups)) {
    return { decoded: NOTHING, end: 0 };
  }
  let end = first;
  while (
    bytes[end + first - 1] === LF &&
    (breakLength === 1 || bytes[end + first - 2] === CR) &&
    end + first <= bytes.length
  ) {
    end += first;
  }
  const lines = bytes.subarray(0, end);
  const decoded = Buffer.from(latin1(lines), "base64");
  // Padding, a line break within a line and what is of no alphabet all give fewer bytes.
  const isWhole = decoded.length === (end / first) * groups * 3;
  // Node reads the alphabet of URLs (RFC 4648 §5) as well, which is not that of emails.
  const isOfUrls = lines.includes("-") || lines.includes("_");
  return isWhole && !isOfUrls ? { decoded, end } : { decoded: NOTHING, end: 0 };
}

/** Base64 however it is broken into lines, padded, or mixed with what is none. */
function anyBase64Decoder(): TransferDecoder {
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

/** Decodes a line, its end included, to `at` in the room, and says where it ended. */
type LineDecoder = (line: Buffer, isWhole: boolean, room: Buffer, at: number) => number;

/** RFC 2045 §6.7: blanks at the end of a line are the transport's, `=` there joins it to the next. */
const quotedPrintableLine: LineDecoder = (line, isWhole, room, at) => {
  let end = line.length;
  while (end > 0 && (line[end - 1] === LF || line[end - 1] === CR)) end -= 1;
  const lineEnd = end;
  while (end > 0 && lineEnd < line.length && (line[end - 1] === 0x20 || line[end - 1] === 0x09)) {
    end -= 1;
  }
  const softBreak = isWhole && end > 0 && line[end - 1] === EQUALS;
  if (softBreak) end -= 1;

  let size = at;
  for (let i = 0; i < end; i += 1) {
    let byte = line[i] as number;
    const low = byte === EQUALS && i + 2 < end ? hex(line[i + 2]) : -1;
    const high = low >= 0 ? hex(line[i + 1]) : -1;
    if (high >= 0) {
      byte = high * 16 + low;
      i += 2;
    }
    room[size] = byte;
    size += 1;
  }
  return softBreak ? size : size + line.copy(room, size, lineEnd);
};

function hex(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** Lines between `begin 644 name` and `end`, each with its length in its first character. */
function uuLine(): LineDecoder {
  let begun = false;
  return (line, _isWhole, room, at) => {
    const text = latin1(line).trimEnd();
    if (begun && text !== "end") return at + decodeUuLine(text, room, at);
    begun = !begun && /^begin [0-7]{3,4} /.test(text);
    return at;
  };
}

function decodeUuLine(text: string, room: Buffer, at: number): number {
  const six = (i: number) => (i < text.length ? (text.charCodeAt(i) - 32) & 63 : 0);
  // A line that says it holds more than it does would else be filled up with zeros.
  const size = text === "" ? 0 : Math.min(six(0), Math.ceil((text.length - 1) * 0.75));
  for (let from = 1, byte = 0; byte < size; from += 4, byte += 3) {
    const group = (six(from) << 18) | (six(from + 1) << 12) | (six(from + 2) << 6) | six(from + 3);
    room[at + byte] = group >> 16;
    if (byte + 1 < size) room[at + byte + 1] = (group >> 8) & 255;
    if (byte + 2 < size) room[at + byte + 2] = group & 255;
  }
  return size;
}

/** Decodes line by line. A line of 64 KiB and more comes in pieces: no sender's is so long. */
function byLine(decodeLine: LineDecoder): TransferDecoder {
  let open = Buffer.alloc(0);
  return {
    push(bytes) {
      const all = open.length > 0 ? Buffer.concat([open, bytes]) : asBuffer(bytes);
      // No encoding is shorter than what it stands for.
      const room = Buffer.allocUnsafe(all.length);
      let size = 0;
      let from = 0;
      for (let end = all.indexOf(LF); end >= 0; end = all.indexOf(LF, from)) {
        size = decodeLine(all.subarray(from, end + 1), true, room, size);
        from = end + 1;
      }
      while (all.length - from > LONGEST_LINE) {
        // Not between an `=` and the digits of its byte.
        const limit = from + LONGEST_LINE;
        const end = limit - (all[limit - 1] === EQUALS ? 1 : all[limit - 2] === EQUALS ? 2 : 0);
        size = decodeLine(all.subarray(from, end), false, room, size);
        from = end;
      }
      // A copy: the bytes are only lent.
      open = Buffer.from(all.subarray(from));
      return room.subarray(0, size);
    },
    end() {
      const room = Buffer.allocUnsafe(open.length);
      return room.subarray(0, open.length > 0 ? decodeLine(open, true, room, 0) : 0);
    },
  };
}
