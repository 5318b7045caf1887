import type MimeNode from "nodemailer/lib/mime-node";
import { encode, wrap } from "nodemailer/lib/qp";

/** RFC 2045 §6.8. */
const LINE = 76;
/** A whole number of lines, small enough to stay in the processor's cache. */
const BLOCK_LINES = 512;
const [CR, LF] = [0x0d, 0x0a];

/** A part of an email: content, or further parts. */
export type Part = Leaf | Multipart;
export interface Leaf {
  readonly type: string;
  readonly encoding: "quoted-printable" | "base64";
  readonly filename?: string;
  readonly disposition?: "inline" | "attachment";
  readonly contentId?: string;
  readonly content: Content;
}
export interface Multipart {
  readonly type: string;
  readonly parts: readonly Part[];
}

/** Bytes that are written where they are to stand: a file is encoded once, and copied never. */
export interface Content {
  readonly length: number;
  writeTo(target: Buffer, at: number): void;
}

/**
 * The bytes of an email: `head`, the root's own headers and, below them, the part.
 *
 * nodemailer's `MimeNode` writes the headers of every part and chooses the
 * boundaries. Its composer would join the parts, too, but through a dozen streams
 * for each email, which takes two to three times as long.
 */
export function mimeBytes(head: string, root: MimeNode, part: Part): Buffer {
  const pieces = [written(head), ...piecesOf(root, part)];
  const email = Buffer.allocUnsafe(pieces.reduce((sum, it) => sum + it.length, 0));
  let at = 0;
  for (const piece of pieces) {
    piece.writeTo(email, at);
    at += piece.length;
  }
  return email;
}

function* piecesOf(node: MimeNode, part: Part): Generator<Content> {
  if ("content" in part) {
    const { contentId, encoding, disposition } = part;
    if (contentId) node.setHeader("Content-Id", `<${contentId.replace(/[<>\s]/g, "")}>`);
    node.setHeader("Content-Transfer-Encoding", encoding);
    if (disposition) node.setHeader("Content-Disposition", disposition);
    yield written(`${node.buildHeaders()}\r\n\r\n`);
    yield part.content;
    return;
  }
  yield written(`${node.buildHeaders()}\r\n\r\n`);
  for (const [at, inner] of part.parts.entries()) {
    yield written(`${at > 0 ? "\r\n" : ""}--${node.boundary}\r\n`);
    const { filename } = inner as Partial<Leaf>;
    yield* piecesOf(node.createChild(inner.type, { filename }), inner);
  }
  yield written(`\r\n--${node.boundary}--\r\n`);
}

/**
 * A text part. Never 7bit, in which a text could hold a boundary line; base64
 * where most letters are not ASCII, as it is shorter then.
 */
export function textPart(type: "text/plain" | "text/html", text: string): Leaf {
  const bytes = Buffer.from(text, "utf8");
  const isForeign = bytes.length > text.length * 1.2;
  return {
    type: `${type}; charset=utf-8`,
    encoding: isForeign ? "base64" : "quoted-printable",
    content: isForeign ? base64Lines(bytes) : written(wrap(encode(bytes), LINE)),
  };
}

/** Base64 in lines of 76 characters, with no line break after the last. */
export function base64Lines(content: Uint8Array): Content {
  const length = Math.ceil(content.length / 3) * 4;
  return {
    length: length + 2 * Math.max(Math.ceil(length / LINE) - 1, 0),
    writeTo(target, start) {
      // A view, not a copy.
      const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
      const block = Buffer.allocUnsafe(Math.min(length, LINE * BLOCK_LINES));
      const blockBytes = (LINE / 4) * 3 * BLOCK_LINES;
      let at = start;
      for (let from = 0; from < bytes.length; from += blockBytes) {
        const filled = block.write(bytes.toString("base64", from, from + blockBytes), "latin1");
        for (let line = 0; line < filled; line += LINE) {
          if (at > start) {
            target[at] = CR;
            target[at + 1] = LF;
            at += 2;
          }
          at += block.copy(target, at, line, Math.min(line + LINE, filled));
        }
      }
    },
  };
}

/** ASCII, but for the UTF-8 of an address that is not. */
function written(text: string): Content {
  const length = Buffer.byteLength(text, "utf8");
  return { length, writeTo: (target, at) => void target.write(text, at, "utf8") };
}
