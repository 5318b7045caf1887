import { isAscii, isUtf8 } from "node:buffer";
import { TextDecoder } from "node:util";
import { parseHeaderValue } from "nodemailer/lib/mime-funcs";
import type { Header } from "../../domain/message.ts";
import { oneLine } from "../one-line.ts";
import { latin1 } from "./bytes.ts";
import { decodeText } from "./charset.ts";
import { type HeadBytes, isHeaderLine } from "./head-lines.ts";
import { firstValue } from "./named-headers.ts";
import { decodedWords } from "./words.ts";

/** What a part says of itself before its body. */
export interface PartHead {
  /** All headers in order, unfolded, encoded words and all: of an email, not of a part within it. */
  readonly headers: readonly Header[];
  /** Whether it says of what type it is. */
  readonly isTyped: boolean;
  /** `type/subtype` in lower case, without parameters. */
  readonly contentType: string;
  readonly boundary: string | undefined;
  readonly charset: string;
  readonly flowed: boolean;
  readonly delSp: boolean;
  /** `attachment`, `inline`, another word, or nothing. */
  readonly disposition: string;
  /** As the sender wrote it: not yet safe. */
  readonly fileName: string | undefined;
  /** What an archived web page calls the part. */
  readonly location: string | undefined;
  /** The transfer encoding: `base64`, `quoted-printable`, … */
  readonly encoding: string;
  /** Without its angle brackets. */
  readonly contentId: string | undefined;
}

/** Of a part that we made. */
export const noHead: HeadBytes = { bytes: new Uint8Array(), ends: [] };

const MEDIA_TYPE = /^[\w!#$&^.+-]{1,63}\/[\w!#$&^.+-]{1,63}$/;
/** RFC 2046 allows 70 characters. */
const LONGEST_BOUNDARY = 1_000;

/**
 * Reads a head.
 *
 * Of two headers that say how a body is to be read the first one counts: were it
 * the last, a scanner and the archive could be shown different messages. A line
 * that is no header belongs to the one before it, which its sender broke.
 */
export function parseHead(head: HeadBytes, defaultType: string): PartHead {
  const headers = parseHeaders(head);
  const first = (name: string) => firstValue(headers, name);

  const type = parameters(first("content-type"));
  const disposition = parameters(first("content-disposition"));
  const fileName = disposition.fileName ?? type.fileName;
  const said = type.value.toLowerCase();
  return {
    headers,
    isTyped: said !== "",
    contentType: MEDIA_TYPE.test(said) ? said : said ? "text/plain" : defaultType,
    boundary: detached(decodedWords(type.params["boundary"] ?? "").trimEnd(), LONGEST_BOUNDARY),
    charset: detached(decodedWords(type.params["charset"] ?? ""), 100) ?? "",
    flowed: /^flowed$/i.test(type.params["format"] ?? ""),
    delSp: /^yes$/i.test(type.params["delsp"] ?? ""),
    disposition: detached(disposition.value.toLowerCase(), 100) ?? "",
    fileName: detached(fileName, 1_000),
    location: detached(baseName(first("content-location")), 300),
    encoding: transferEncoding(first("content-transfer-encoding") ?? ""),
    contentId: detached(oneLine(first("content-id") ?? "").replace(/^<|>$/g, ""), 255),
  };
}

function parseHeaders({ bytes, ends }: HeadBytes): Header[] {
  const textOf = headText(bytes);
  const headers: Header[] = [];
  let start = 0;
  let from = -1;
  const close = (until: number) => {
    if (from >= 0) headers.push(parseHeader(textOf(from, until)));
  };
  for (const end of ends) {
    if (isHeaderLine(bytes.subarray(start, end))) {
      close(start);
      from = start;
    }
    start = end;
  }
  close(start);
  return headers;
}

/** A part of a head as text. Old senders put 8-bit text into a header without saying in which character set. */
function headText(bytes: Uint8Array): (from: number, until: number) => string {
  if (isAscii(bytes)) {
    // Almost every head: decoded in one go, a character is a byte.
    const text = latin1(bytes);
    return (from, until) => text.slice(from, until);
  }
  const charset = isUtf8(bytes) ? "" : declaredCharset(bytes);
  return (from, until) => {
    const part = bytes.subarray(from, until);
    return isUtf8(part) ? utf8.decode(part) : decodeText(part, charset).text;
  };
}

function parseHeader(text: string): Header {
  const colon = text.indexOf(":");
  const value = text.slice(colon + 1).trim();
  return {
    name: text.slice(0, colon).trimEnd(),
    value: /[\r\n\0]/.test(value) ? unfolded(value) : value,
  };
}

/** Folding added only the line break. Where no blank follows it, the fold was broken. */
function unfolded(value: string): string {
  return value
    .replace(/\r\n?(?=[ \t])|\n(?=[ \t])/g, "")
    .replace(/[\r\n\0]+/g, " ")
    .trim();
}

/** The body's character set: raw 8-bit text in the head beside it is most likely in the same. */
function declaredCharset(bytes: Uint8Array): string {
  const head = latin1(bytes.subarray(0, 65_536));
  return /^content-type:[\s\S]*?charset\s*=\s*"?([\w.:-]+)/im.exec(head)?.[1] ?? "";
}

// Were the mark dropped, a line that begins with it would become a genuine header.
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function parameters(value: string | undefined) {
  if (value === undefined) {
    return { value: "", params: {} as Record<string, string>, fileName: undefined };
  }
  const parsed = parseHeaderValue(value, { stripComments: true });
  // Of `filename=` and `filename*=` the plain one is the sender's poorer spelling, for old
  // readers; the parser prefers it, so it is hidden to see whether there is a better one.
  const starred = /name\*/i.test(value)
    ? parseHeaderValue(value.replace(/name\s*=/gi, "plain="), { stripComments: true }).params
    : {};
  const { params } = parsed;
  const name = starred["filename"] ?? starred["name"] ?? params["filename"] ?? params["name"];
  return { ...parsed, fileName: name ? decodedWords(name) : undefined };
}

/** The first word outside comments: senders quote it, and add to it. */
function transferEncoding(value: string): string {
  const words = value
    .slice(0, 200)
    .toLowerCase()
    .replace(/\([^)]*\)/g, "");
  return /[\w-]+/.exec(words)?.[0] ?? "";
}

/** The file's name in a `Content-Location`, if it looks like one. */
function baseName(location: string | undefined): string | undefined {
  const path = location?.split(/[?#]/, 1)[0]?.split(/[/\\:]/);
  return path?.at(-1)?.match(/^.{1,200}\.\w{1,8}$/)?.[0];
}

/** As short as it must be, and no view of a longer text, which it would keep in memory. */
function detached(text: string | undefined, longest: number): string | undefined {
  return text ? Buffer.from(text.slice(0, longest), "utf8").toString("utf8") : undefined;
}
