import { isUtf8 } from "node:buffer";
import { TextDecoder } from "node:util";
import { latin1 } from "./bytes.ts";

/** Labels that mail uses and the WHATWG Encoding Standard does not list. */
const ALIASES: Readonly<Record<string, string>> = {
  "iso-8859-8-i": "iso-8859-8",
  cp932: "shift_jis",
  "windows-932": "shift_jis",
  "shift-jis": "shift_jis",
  "iso-2022-jp-1": "iso-2022-jp",
  "iso-2022-jp-2": "iso-2022-jp",
  "iso-2022-jp-ms": "iso-2022-jp",
  cp50220: "iso-2022-jp",
  eucjp: "euc-jp",
  "eucjp-ms": "euc-jp",
  cp936: "gbk",
  ms936: "gbk",
  "gb-2312": "gbk",
  euc_cn: "gbk",
  "euc-cn": "gbk",
  cp949: "euc-kr",
  uhc: "euc-kr",
  cp950: "big5",
  cp874: "windows-874",
  koi8r: "koi8-r",
  koi8u: "koi8-u",
  "utf-8-mac": "utf-8",
  utf8mb4: "utf-8",
};

/** What old mailers say when they mean nothing by it: their 8-bit text may be anything. */
const SAYS_NOTHING = new Set([
  "",
  "us-ascii",
  "ascii",
  "unknown",
  "unknown-8bit",
  "x-unknown",
  "default",
  "binary",
  "8bit",
  "7bit",
]);

export interface DecodedText {
  readonly text: string;
  /** False when the character set is not known here, and the text is a guess. */
  readonly known: boolean;
}

/**
 * Bytes as text, in the character set that the sender names.
 *
 * Where none is named, the text is UTF-8 if its bytes are, else Windows-1252:
 * what other mail clients assume. An unknown one is read likewise, and said.
 */
export function decodeText(bytes: Uint8Array, charset: string): DecodedText {
  const label = charset
    .trim()
    .toLowerCase()
    .replace(/^["']|["']$/g, "");
  if (SAYS_NOTHING.has(label)) return { text: guess(bytes), known: true };
  if (/^(x-)?(unicode-1-1-)?utf-?7$/.test(label)) return { text: decodeUtf7(bytes), known: true };
  if (/^(utf-?16|ucs-?2|iso-10646-ucs-2|unicode)$/.test(label)) {
    return {
      text: new TextDecoder(isBigEndian(bytes) ? "utf-16be" : "utf-16le").decode(bytes),
      known: true,
    };
  }
  const decoder = decoderFor(label);
  return decoder
    ? { text: decoder.decode(bytes), known: true }
    : { text: guess(bytes), known: false };
}

function guess(bytes: Uint8Array): string {
  return new TextDecoder(isUtf8(bytes) ? "utf-8" : "windows-1252").decode(bytes);
}

const decoders = new Map<string, TextDecoder | undefined>();

function decoderFor(label: string): TextDecoder | undefined {
  for (const name of [
    label,
    ALIASES[label],
    label.replace(/^(x-|cs)/, ""),
    label.replace(/_/g, "-"),
  ]) {
    if (name === undefined || name.length > 40) continue;
    if (!decoders.has(name)) {
      // A sender may make up as many labels as it likes: what is remembered stays small.
      if (decoders.size > 500) decoders.clear();
      decoders.set(name, newDecoder(name));
    }
    const decoder = decoders.get(name);
    if (decoder) return decoder;
  }
  return undefined;
}

function newDecoder(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}

/** UTF-16 without a byte order mark: the side on which the zeros of Latin letters lie tells. */
function isBigEndian(bytes: Uint8Array): boolean {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return true;
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return false;
  let even = 0;
  let odd = 0;
  for (let i = 0; i + 1 < Math.min(bytes.length, 1024); i += 2) {
    if (bytes[i] === 0) even += 1;
    if (bytes[i + 1] === 0) odd += 1;
  }
  return even > odd;
}

/** RFC 2152. No decoder of the platform reads it, and old Exchange servers wrote it. */
function decodeUtf7(bytes: Uint8Array): string {
  return latin1(bytes).replace(/\+([A-Za-z0-9+/]*)-?/g, (_, base64: string) => {
    if (base64 === "") return "+";
    const utf16 = Buffer.from(base64, "base64");
    return utf16
      .subarray(0, utf16.length & ~1)
      .swap16()
      .toString("utf16le");
  });
}
