import { RejectedItemError } from "../../domain/errors.ts";
import type { Message } from "../../domain/message.ts";
import { blocksOf } from "./blocks.ts";
import { fileInfos, messageOf, type ReadContext, type Unfit } from "./message-of.ts";
import { partReader } from "./read-parts.ts";
import { partSplitter } from "./split.ts";

export interface ReadEml {
  readonly message: Message;
  /** The email can be imported as it stands; else it is to be rendered anew from the message. */
  readonly fit: boolean;
  readonly why?: Unfit;
  /** Of an email that the archive rendered: when the source received the item. */
  readonly receivedAt?: Date;
}

/**
 * Reads an email that fits into memory.
 *
 * Every email that a mail client can show becomes a message. Throws
 * `RejectedItemError`: `malformed` for what is no email, `encrypted` for what
 * the customer's own key was used on.
 */
export async function readEml(bytes: Uint8Array, context: ReadContext): Promise<ReadEml> {
  if (bytes.length === 0) throw new RejectedItemError("malformed", "empty");
  const reader = partReader({ keepsFiles: true });
  const splitter = partSplitter(reader);
  for (const block of blocksOf(bytes)) splitter.push(block);
  splitter.end();

  const parts = reader.finish();
  const { message, unfit, receivedAt } = messageOf(parts, context);
  const infos = fileInfos(parts.files, message.html);
  const attachments = infos.map((info, at) => ({
    ...info,
    content: parts.files[at]?.content ?? new Uint8Array(),
  }));
  return {
    message: { ...message, attachments },
    fit: unfit === undefined,
    ...(unfit && { why: unfit }),
    ...(receivedAt && { receivedAt }),
  };
}
