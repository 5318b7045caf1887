import type { MailFile } from "../../domain/mail-item.ts";
import { fileAttachment } from "./message.ts";

/** A file with all of its bytes. */
export interface WholeFile {
  readonly file: MailFile;
  readonly content: Uint8Array;
}

/**
 * The JSON of a message, and its files added to it.
 *
 * As bytes: base64 needs no escaping, and a text that holds megabytes of it would
 * be looked through and copied several times on its way to the connection.
 */
export function withFiles(message: string, files: readonly WholeFile[]): string | Uint8Array {
  if (files.length === 0) return message;
  return bytesOf([
    `${message.slice(0, -1)},"attachments":[`,
    ...files.flatMap((file, at) => [...(at > 0 ? [","] : []), ...fileParts(file)]),
    "]}",
  ]);
}

/** The JSON of one file. */
export function fileBody(file: WholeFile): Uint8Array {
  return bytesOf(fileParts(file));
}

/** How many bytes of a request the files take, without their contents: those are base64. */
export function bytesAround(files: readonly MailFile[]): number {
  return files.reduce((sum, file) => sum + Buffer.byteLength(emptyFile(file)) + 1, 0);
}

const END = '"}';

/** Texts, and a content that is written as base64 between them. */
function fileParts({ file, content }: WholeFile): (string | Uint8Array)[] {
  return [emptyFile(file).slice(0, -END.length), content, END];
}

/** The file's JSON ends with its content. */
function emptyFile(file: MailFile): string {
  return JSON.stringify(fileAttachment(file, ""));
}

function bytesOf(parts: readonly (string | Uint8Array)[]): Buffer {
  const sizes = parts.map((part) =>
    typeof part === "string" ? Buffer.byteLength(part) : 4 * Math.ceil(part.length / 3),
  );
  const bytes = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  for (const part of parts) {
    at +=
      typeof part === "string" ? bytes.write(part, at) : bytes.write(base64(part), at, "latin1");
  }
  return bytes;
}

function base64({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("base64");
}
