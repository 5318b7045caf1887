import { createHash, type Hash } from "node:crypto";
import type { Chunks, SourceItem } from "../../pipeline/ports.ts";

const HEAD_BYTES = 65_536;
const LONGEST_ID = 512;
const ARCHIVE_MESSAGE_ID = /^x-telemessage-archivemessageid[ \t]*:(.*)$/is;

/**
 * What an item of a file is called: its `X-TELEMESSAGE-ArchiveMessageID`, else
 * the SHA-256 of its bytes.
 *
 * The header is looked for in the first 64 KB of the email's own header, so an id
 * never comes out of a quoted or wrapped mail. With `toEnd` the bytes are read to
 * their end even where the first of them would do: that is how they are checked.
 */
export async function itemId(
  chunks: Chunks,
  mediaType: SourceItem["mediaType"],
  { toEnd }: { toEnd: boolean },
): Promise<string> {
  const head: Uint8Array[] = [];
  let headBytes = 0;
  let hash: Hash | undefined;
  let id: string | undefined;

  /** Decides between header and hash, once the head is there. */
  const decide = (): void => {
    const bytes = Buffer.concat(head);
    id = mediaType === "message/rfc822" ? archiveMessageId(bytes) : undefined;
    if (id === undefined) hash = createHash("sha256").update(bytes);
  };

  for await (const chunk of chunks) {
    if (headBytes >= HEAD_BYTES) {
      hash?.update(chunk);
      continue;
    }
    head.push(chunk);
    headBytes += chunk.byteLength;
    if (headBytes < HEAD_BYTES) continue;
    decide();
    if (id !== undefined && !toEnd) return id;
  }
  if (headBytes < HEAD_BYTES) decide();
  return id ?? hash?.digest("hex") ?? "";
}

/** Nothing for a header that is absent, empty, cut off, or no identifier. */
function archiveMessageId(head: Buffer): string | undefined {
  // Latin-1 keeps every byte, and the header is ASCII where it is sound.
  const text = head.subarray(0, HEAD_BYTES).toString("latin1");
  const end = /\r?\n\r?\n/.exec(text)?.index;
  const fields = text.slice(0, end).split(/\r?\n(?![ \t])/);
  // A last field without the empty line behind it may go on.
  if (end === undefined) fields.pop();
  for (const field of fields) {
    const value = ARCHIVE_MESSAGE_ID.exec(field)?.[1]?.replace(/\s+/g, " ").trim();
    if (value && value.length <= LONGEST_ID && /^[\x20-\x7e]+$/.test(value)) return value;
  }
  return undefined;
}
