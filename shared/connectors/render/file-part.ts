import MimeNode from "nodemailer/lib/mime-node";
import type { Attachment } from "../../domain/message.ts";

/** RFC 2045 §6.8. */
const LINE = 76;

/**
 * A file as a whole MIME part, headers and base64.
 *
 * The composer encodes files through streams, at a quarter of the speed: most of
 * the time of a conversion would be spent there.
 */
export function filePart({ name, contentType, inline, contentId, content }: Attachment): Buffer {
  const part = new MimeNode("multipart/mixed").createChild(typeOf(contentType), {
    filename: undecodable(name),
  });
  part.setHeader("Content-Transfer-Encoding", "base64");
  part.setHeader("Content-Disposition", inline ? "inline" : "attachment");
  if (inline && contentId) part.setHeader("Content-Id", contentId.replace(/[<>\s]/g, ""));
  return base64Lines(`${part.buildHeaders()}\r\n\r\n`, content);
}

/** The head, and the content in lines of 76 characters with none after the last. */
function base64Lines(head: string, content: Uint8Array): Buffer {
  const view = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const encoded = Buffer.from(view.toString("base64"), "latin1");
  const breaks = Math.max(Math.ceil(encoded.length / LINE) - 1, 0);
  const part = Buffer.allocUnsafe(Buffer.byteLength(head) + encoded.length + 2 * breaks);

  let at = part.write(head, "utf8");
  for (let from = 0; from < encoded.length; from += LINE) {
    if (from > 0) at += part.write("\r\n", at, "latin1");
    at += encoded.copy(part, at, from, from + LINE);
  }
  return part;
}

/** A file that is itself an email must not be read as part of this one: RFC 2046 forbids its base64. */
function typeOf(contentType: string): string {
  return /^(?!message\/|multipart\/)[\w.+-]+\/[\w.+-]+$/i.test(contentType)
    ? contentType
    : "application/octet-stream";
}

/** Most readers decode what looks like an encoded word even where it can be none, inside quotes. */
export function undecodable(quoted: string): string {
  return quoted.replaceAll("=?", "=_");
}
