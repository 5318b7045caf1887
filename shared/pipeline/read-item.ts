import { type EmlOutline, openEmlFiles, outlineEml } from "../connectors/eml/outline-eml.ts";
import { readEml } from "../connectors/eml/read-eml.ts";
import { readJson } from "../connectors/json/read-json.ts";
import { RejectedItemError } from "../domain/errors.ts";
import { sha256 } from "../domain/item-key.ts";
import type { Attachment, FileInfo, Message } from "../domain/message.ts";
import type { Connector } from "./connector.ts";
import type { Emails, ItemRow } from "./ports.ts";
import { gather } from "./streams.ts";

/** Up to so much an email is read whole; a larger one stands for nine times its size in memory. */
export const WHOLE_BYTES = 10 * 1_048_576;
/** JSON cannot be read piece by piece. */
const LARGEST_JSON_BYTES = 50 * 1_048_576;

/** An item, read: its message, and its files as far as they are needed. */
export interface ReadItem {
  readonly format: "eml" | "json";
  /** Large ones come without attachments: `files` tells of them. */
  readonly message: Message;
  readonly files: readonly FileInfo[];
  /** The raw bytes are an email that can be imported as it stands. */
  readonly fit: boolean;
  /** The message with just these of its files, their bytes in memory. */
  withFiles(files: readonly FileInfo[]): Promise<Message>;
  /** SHA-256 of one of its files, lower-case hex. */
  hashOf(file: FileInfo): string;
}

/** Reads an item's raw bytes by its format. Throws `RejectedItemError` (`malformed`, `encrypted`, `oversize`). */
export async function readItem(
  item: ItemRow,
  connector: Connector,
  emails: Emails,
): Promise<ReadItem> {
  const context = { receivedAt: item.receivedAt, name: connector.name };
  if (item.mediaType === "message/rfc822" && item.size > WHOLE_BYTES) {
    const outline = await outlineEml((await emails.open(item.raw)).chunks, context);
    return largeItem(item, outline, emails);
  }
  if (item.size > LARGEST_JSON_BYTES) {
    throw new RejectedItemError("oversize", `${item.size}-bytes-of-json`);
  }
  const bytes = await gather((await emails.open(item.raw)).chunks);
  if (item.mediaType === "message/rfc822") {
    const { message, fit } = await readEml(bytes, context);
    return wholeItem("eml", message, fit);
  }
  return wholeItem("json", readJson(bytes, context), false);
}

function wholeItem(format: ReadItem["format"], message: Message, fit: boolean): ReadItem {
  const files = message.attachments;
  return {
    format,
    message,
    files,
    fit,
    async withFiles(wanted) {
      return { ...message, attachments: files.filter((file) => wanted.includes(file)) };
    },
    hashOf: (file) => sha256((file as Attachment).content),
  };
}

function largeItem(item: ItemRow, outline: EmlOutline, emails: Emails): ReadItem {
  const { message, files, fit } = outline;
  return {
    format: "eml",
    message,
    files,
    fit,
    async withFiles(wanted) {
      const { chunks } = await emails.open(item.raw);
      const attachments: Attachment[] = [];
      let at = 0;
      for await (const bytes of openEmlFiles(chunks, outline)) {
        const file = files[at];
        at += 1;
        if (file && wanted.includes(file)) {
          attachments.push({ ...file, content: await gather(bytes) });
        }
      }
      return { ...message, attachments };
    },
    hashOf: (file) => files.find((it) => it === file)?.sha256 ?? "",
  };
}
