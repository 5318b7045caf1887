import { detectMimeType } from "nodemailer/lib/mime-funcs";
import { fileExtension } from "../file-extension.ts";
import { distinctFileNames, safeFileName } from "../file-names.ts";
import { oneLine } from "../one-line.ts";
import { asBuffer, latin1 } from "./bytes.ts";
import { type PartHead, parseHead } from "./head.ts";
import { headLines } from "./head-lines.ts";
import type { Leaf } from "./leaf.ts";
import { firstValue } from "./named-headers.ts";
import type { Part } from "./split.ts";
import { decodedWords } from "./words.ts";

/** A part that becomes a file. */
export interface FilePart {
  readonly part: number;
  readonly name: string;
  readonly contentType: string;
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: () => string;
  readonly contentId: string | undefined;
  /** The decoded bytes, where they were kept. */
  readonly content: Uint8Array;
}

/** The parts as files: names safe and distinct, types that an attachment can have. */
export function fileParts(leaves: readonly Leaf[]): FilePart[] {
  const names = distinctFileNames(leaves.map((leaf, at) => safeFileName(nameOf(leaf, at))));
  return leaves.map((leaf, at) => ({
    part: leaf.part.index,
    name: names[at] ?? "",
    contentType: typeOf(leaf.part),
    size: leaf.size,
    sha256: leaf.sha256,
    contentId: leaf.part.head.contentId,
    content: leaf.content(),
  }));
}

export function isMessagePart(head: PartHead): boolean {
  return /^message\/(rfc822|global)$/.test(head.contentType);
}

function nameOf(leaf: Leaf, at: number): string {
  const { head, unopened, kind } = leaf.part;
  if (unopened === "headers") return "headers.txt";
  if (unopened) return "parts.mime";
  const name = head.fileName?.trim();
  if (isMessagePart(head)) {
    const title = name || nestedSubject(leaf) || "message";
    return /\.eml$/i.test(title) ? title : `${title}.eml`;
  }
  if (name) return name;
  if (head.location) return head.location;
  if (kind === "multipart" || isBody(head))
    return head.contentType === "text/html" ? "body.html" : "body.txt";
  if (head.contentType === "text/calendar") return "invite.ics";
  return `file-${at + 1}.${fileExtension(head.contentType)}`;
}

function isBody({ contentType, disposition }: PartHead): boolean {
  return /^text\/(plain|html)$/.test(contentType) && disposition !== "attachment";
}

function typeOf({ head, kind, unopened }: Part): string {
  if (kind === "multipart") return "text/plain";
  // As a multipart it would be taken apart again by whoever reads the email next.
  if (unopened === "depth" || head.contentType.startsWith("multipart/"))
    return "application/octet-stream";
  if (head.isTyped || !head.fileName || isMessagePart(head)) return head.contentType;
  return detectMimeType(head.fileName.split(".").at(-1));
}

/** The subject of an attached email, from what was kept of its start. */
function nestedSubject(leaf: Leaf): string {
  const lines = headLines();
  const start = asBuffer(leaf.content().subarray(0, 16_384));
  for (let at = 0, end = start.indexOf(10); end >= 0; at = end + 1, end = start.indexOf(10, at)) {
    const line = start.subarray(at, end + 1);
    if (latin1(line).trim() === "" || lines.isOver) break;
    lines.add(line);
  }
  const { headers } = parseHead(lines.settle().head, "text/plain");
  return oneLine(decodedWords(firstValue(headers, "subject") ?? ""));
}
