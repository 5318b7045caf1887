import { isAscii, isUtf8 } from "node:buffer";
import { RejectedItemError } from "../../domain/errors.ts";

/** A JSON item is decoded whole, several times its size in memory; no mobile message comes near this. */
const LARGEST_JSON = 50 * 1_048_576;

export interface JsonItem {
  /** An object or an array; keys such as `__proto__` are plain keys of their own. */
  readonly value: object;
  /** The bytes are not what their encoding asks for; U+FFFD stands where they are not. */
  readonly damaged: boolean;
}

/**
 * The bytes of a JSON item as a value, in time that grows with their number.
 *
 * UTF-8 as RFC 8259 has it; UTF-16, which older Java writers make, is known by
 * its byte order mark or by the zero beside the first character. Throws
 * `RejectedItemError`, whose detail holds fixed words only: the message of
 * `JSON.parse` quotes the text that it could not read.
 */
export function parseJson(bytes: Uint8Array): JsonItem {
  if (bytes.length > LARGEST_JSON) throw new RejectedItemError("oversize", "JSON above 50 MB");

  const { text, damaged } = decode(bytes);
  if (text.trim() === "") throw new RejectedItemError("malformed", "empty JSON");
  const value = parse(text);
  if (typeof value !== "object" || value === null) {
    throw new RejectedItemError("malformed", "JSON without an object");
  }
  return { value, damaged };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RejectedItemError("malformed", "not JSON, or cut short");
  }
}

function decode(bytes: Uint8Array): { text: string; damaged: boolean } {
  const encoding = encodingOf(bytes);
  // Megabytes of base64, most often: to be copied, not decoded.
  if (encoding === "utf-8" && isAscii(bytes)) {
    const { buffer, byteOffset, length } = bytes;
    return { text: Buffer.from(buffer, byteOffset, length).toString("latin1"), damaged: false };
  }
  const text = new TextDecoder(encoding).decode(bytes);
  // Asked to be strict itself, the decoder would take four times as long.
  const damaged = encoding === "utf-8" ? !isUtf8(bytes) : text.includes("\uFFFD");
  return { text, damaged };
}

function encodingOf([first, second]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return "utf-16be";
  return "utf-8";
}
