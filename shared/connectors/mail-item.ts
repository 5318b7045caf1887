import type { Delivery } from "../domain/delivery.ts";
import { deliveryKey, internetMessageId, itemKey, sha256 } from "../domain/item-key.ts";
import type { EmailAddress, Folder, MailFile, MailItem } from "../domain/mail-item.ts";
import type { Message, Participant } from "../domain/message.ts";
import { type EmlOutline, openEmlFiles } from "./eml/outline-eml.ts";
import { readEml } from "./eml/read-eml.ts";
import { distinctFileNames } from "./file-names.ts";
import { shownContentIds } from "./html.ts";
import { emailAddress } from "./mail-address.ts";
import { type MailBody, mailBody } from "./mail-body.ts";
import { mailHeaders } from "./mail-headers.ts";
import { oneLine } from "./one-line.ts";

/** What an email cannot say of itself. */
export interface MailItemContext {
  readonly delivery: Delivery;
  /** Of the connector file, with its defaults. */
  readonly connector: {
    readonly id: string;
    /** The type's name: `WeChat`. */
    readonly name: string;
    readonly folder: string;
    readonly folderParent: Folder["parent"];
    readonly itemClass: string;
  };
  /** When the source received the item, or a little later: no message is younger. */
  readonly receivedAt: Date;
  /** The archive rendered the email itself. */
  readonly isRendered?: boolean;
}

/** Exchange's own limits. */
const MOST_RECIPIENTS = 500;
const LONGEST_SUBJECT = 255;

/**
 * What a mailbox is given of an email that fits into memory, be it one that we
 * rendered or one as the source sent it.
 *
 * Everything in it is what Graph takes: addresses are well formed, names of
 * files safe and distinct, HTML sanitised, and the body fits into one request.
 * Throws what `readEml` throws.
 */
export async function mailItem(email: Uint8Array, context: MailItemContext): Promise<MailItem> {
  const { connector, isRendered = false } = context;
  const { name } = connector;
  const read = await readEml(email, { name, receivedAt: context.receivedAt, isRendered });
  const { message, receivedAt = context.receivedAt } = read;
  const files = message.attachments.map(({ content, ...info }) => ({
    ...info,
    sha256: sha256(content),
  }));
  const openFiles = () => each(message.attachments.map((it) => it.content));
  return itemOf(message, files, openFiles, { ...context, receivedAt });
}

/**
 * The same of an email that is too large to be held.
 *
 * @param open reads the email anew, from its first byte
 */
export function mailItemFromOutline(
  outline: EmlOutline,
  open: () => Promise<AsyncIterable<Uint8Array>>,
  context: MailItemContext,
): MailItem {
  const files = outline.files.map(({ part: _, ...file }) => file);
  const { message, receivedAt = context.receivedAt } = outline;
  return itemOf(message, files, () => reopened(outline, open), { ...context, receivedAt });
}

function itemOf(
  message: Message,
  files: readonly MailFile[],
  openFiles: MailItem["openFiles"],
  context: MailItemContext,
): MailItem {
  const { delivery, connector, receivedAt } = context;
  const { original, participants, sentAt } = message;
  const sender = participants.find((it) => it.role === "sender") ?? nobody;
  const recipients = participants.filter((it) => it.role === "recipient");
  const named = recipients.slice(0, MOST_RECIPIENTS);
  const { body, full } = mailBody(message, { namedRecipients: named.length });
  const topic = topicOf(message, connector.name);
  return {
    folder: { name: connector.folder, parent: connector.folderParent },
    category: connector.name,
    itemClass: connector.itemClass,
    internetMessageId: internetMessageId(delivery),
    key: deliveryKey(delivery),
    subject: shortened(oneLine(message.subject) || "(no subject)"),
    body,
    from: emailAddress(sender, connector.name),
    to: distinct(named.map((it) => emailAddress(it, connector.name))),
    at: sentAt ?? receivedAt,
    ...(topic && { conversationTopic: topic }),
    ...(original && {
      inReplyTo: internetMessageId({
        itemKey: itemKey(connector.id, original.id),
        mailbox: delivery.mailbox,
      }),
    }),
    headers: mailHeaders(message),
    ...withFullBody(shownInline(files, body), openFiles, full),
  };
}

const nobody: Participant = { role: "sender", handle: "UNKNOWN" };

/** One for each chat, however it is renamed: the id that the source gives it, or its name. */
function topicOf({ conversation }: Message, name: string): string | undefined {
  const chat = oneLine(conversation?.id ?? conversation?.name ?? "");
  return chat ? shortened(`${name} chat ${chat}`) : undefined;
}

function distinct(addresses: readonly EmailAddress[]): EmailAddress[] {
  return [...new Map(addresses.map((it) => [JSON.stringify(it), it])).values()];
}

function shortened(line: string): string {
  if (line.length <= LONGEST_SUBJECT) return line;
  return `${line.slice(0, LONGEST_SUBJECT - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** A file marked as shown within the text, which the sanitised text does not show, would be seen by no one. */
function shownInline(files: readonly MailFile[], body: MailItem["body"]): MailFile[] {
  const shown = shownContentIds(body.type === "html" ? body.content : "");
  return files.map(({ contentId, ...file }) => {
    const inline = file.inline && contentId !== undefined && shown.has(contentId.toLowerCase());
    return { ...file, inline, ...(inline && { contentId }) };
  });
}

function withFullBody(
  files: readonly MailFile[],
  openFiles: MailItem["openFiles"],
  full: MailBody["full"],
): Pick<MailItem, "files" | "openFiles"> {
  if (!full) return { files, openFiles };
  const { content, contentType } = full;
  // The body's notice names it: whichever file has that name already gets another.
  const names = distinctFileNames([full.name, ...files.map((it) => it.name)]);
  const file = {
    name: full.name,
    contentType,
    size: content.length,
    inline: false,
    sha256: sha256(content),
  };
  return {
    files: [file, ...files.map((it, at) => ({ ...it, name: names[at + 1] ?? it.name }))],
    async *openFiles() {
      yield* each([content]);
      yield* openFiles();
    },
  };
}

async function* each(contents: readonly Uint8Array[]): AsyncGenerator<AsyncIterable<Uint8Array>> {
  for (const content of contents) yield whole(content);
}

async function* whole(content: Uint8Array): AsyncGenerator<Uint8Array> {
  if (content.length > 0) yield content;
}

async function* reopened(
  outline: EmlOutline,
  open: () => Promise<AsyncIterable<Uint8Array>>,
): AsyncGenerator<AsyncIterable<Uint8Array>> {
  yield* openEmlFiles(await open(), outline);
}
