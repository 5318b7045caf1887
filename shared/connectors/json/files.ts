import type { Attachment } from "../../domain/message.ts";
import { fileExtension } from "../file-extension.ts";
import { distinctFileNames, safeFileName } from "../file-names.ts";
import type { File } from "./schema.ts";

export interface ReadFiles {
  /** Each with what it was read from. */
  readonly files: readonly (readonly [File, Attachment])[];
  readonly notices: readonly string[];
  /** Some entries are no files in any form we know. */
  readonly hasUnreadable: boolean;
}

/**
 * The files of a message, in order, with names safe to save under.
 *
 * Nothing is dropped: content that is not base64 is kept as the text it is, and
 * a file that is named without content is named in a notice.
 */
export function readFiles(files: readonly (File | undefined)[]): ReadFiles {
  const names = distinctFileNames(files.map((file, at) => fileName(file, at)));
  const read: [File, Attachment][] = [];
  const notices: string[] = [];

  for (const [at, file] of files.entries()) {
    if (!file) continue;
    const name = names[at] ?? "";
    const encoded = file.content ?? file.value;
    if (encoded === undefined || encoded === null) {
      notices.push(`The file ${name} is named by the source, but was not delivered.`);
      continue;
    }
    const { content, notice } = decoded(encoded);
    const { length: size } = content;
    read.push([file, { name, contentType: contentType(file), size, inline: false, content }]);
    if (notice) notices.push(`The file ${name} ${notice}`);
    const said = file.attachSize ?? file.attachmentSize;
    // A device gives the length of the base64 text.
    if (said && said !== size && said !== encoded.length) {
      notices.push(`The file ${name} has ${size} bytes; the source says it has ${said}.`);
    }
  }
  return { files: read, notices, hasUnreadable: files.includes(undefined) };
}

/**
 * The bytes of a base64 text.
 *
 * Node skips what is not base64 without a word; a length that falls short of the
 * text's shows it, so that the whole text need not be looked through again.
 */
function decoded(encoded: string): { content: Uint8Array; notice?: string } {
  const content = Buffer.from(encoded, "base64");
  if (content.length === fullLength(encoded)) return { content };
  const dense = encoded.replace(/\s+/g, "");
  if (content.length === fullLength(dense)) return { content };
  return {
    content: Buffer.from(encoded, "utf8"),
    notice: "is not base64 as it should be: it is kept as the text that came.",
  };
}

/** What the text holds if all of it is base64, padded or not; four letters and one are not. */
function fullLength(base64: string): number {
  if (base64.length % 4 === 1) return -1;
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  return Math.floor(((base64.length - padding) * 3) / 4);
}

function contentType({ contentType }: File): string {
  const [type] = contentType?.toLowerCase().split(";", 1) ?? [];
  return type && /^[\w.+-]{1,80}\/[\w.+-]{1,80}$/.test(type.trim())
    ? type.trim()
    : "application/octet-stream";
}

function fileName(file: File | undefined, at: number): string {
  const name = file?.name?.trim();
  if (name) return safeFileName(name);
  return `file-${at + 1}.${fileExtension(file ? contentType(file) : "")}`;
}
