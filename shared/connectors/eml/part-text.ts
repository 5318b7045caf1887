import { TextDecoder } from "node:util";
import { cleanText } from "../json/clean-text.ts";
import { latin1 } from "./bytes.ts";
import { decodeText } from "./charset.ts";
import { unflow } from "./flowed.ts";
import type { PartHead } from "./head.ts";

export interface PartText {
  readonly text: string;
  /** The character set that the sender names and nobody here knows. */
  readonly unknownCharset?: string;
}

/** The decoded bytes of a text part as text, its lines ended by `\n`. */
export function partText(bytes: Uint8Array, head: PartHead): PartText {
  const isHtml = head.contentType === "text/html";
  const charset = head.charset || (isHtml ? declaredInHtml(bytes) : "");
  const decoded = decodeText(bytes, charset);
  const lines = decoded.text.replace(/\r\n?/g, "\n");
  const text = cleanText(head.flowed && !isHtml ? unflow(lines, head.delSp) : lines);
  return decoded.known ? { text } : { text, unknownCharset: charset.slice(0, 40) };
}

function declaredInHtml(bytes: Uint8Array): string {
  const start = latin1(bytes.subarray(0, 2_048));
  const [, charset] =
    /<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?([\w.:-]{1,40})/i.exec(start) ?? [];
  // The page can be read up to its own word for UTF-16: it is in something else.
  return charset && !/^utf-?16/i.test(charset) && canDecode(charset) ? charset : "";
}

function canDecode(charset: string): boolean {
  try {
    return Boolean(new TextDecoder(charset));
  } catch {
    return false;
  }
}
