import { randomUUID } from "node:crypto";
import type { Attachment, Message } from "@microsoft/microsoft-graph-types";
import { deliveryKey, internetMessageId } from "../../domain/item-key.ts";
import type { MailItem } from "../../domain/mail-item.ts";
import type { GraphClient } from "./client.ts";
import type { CloudFacts } from "./clouds.ts";
import { isCode } from "./graph-failure.ts";
import { fileAttachment, message } from "./message.ts";
import { graphPath, odataText, type Page } from "./odata.ts";
import type { Sleep } from "./patience.ts";
import { MESSAGE_FLAGS } from "./properties.ts";
import { nextOf, uploadUrl } from "./upload-session.ts";

/** What the tests have to work with: one mailbox, and two folders made for them. */
export interface Bench {
  readonly client: GraphClient;
  readonly mailbox: string;
  readonly cloud: CloudFacts;
  readonly visible: string;
  readonly hidden: string;
  readonly now: () => Date;
  readonly sleep: Sleep;
}

/** A sentence about what was seen. Throws `Unlike` when it is not as the archive needs it. */
export type TenantTest = (bench: Bench) => Promise<string>;

/** Graph did something, and not what the archive counts on. */
export class Unlike extends Error {
  override readonly name = "Unlike";
}

/** Long ago, so that no clock of today's can be taken for it. */
const AT = new Date("2020-02-29T12:34:56Z");
const RANGE = 3_276_800;
const SELECT = "id,isDraft,isRead,receivedDateTime,sentDateTime,from,parentFolderId";

/** Creates a message by the very recipe of the import, and says how large the request was. */
export async function create(
  { client, mailbox, visible }: Bench,
  title: string,
  change: { flags?: string; folderId?: string; attachments?: Message["attachments"] } = {},
): Promise<{ id: string; item: MailItem; bytes: number }> {
  const { flags = "1", folderId = visible, attachments } = change;
  const item = testItem(mailbox, title);
  const made = message(item);
  const body = JSON.stringify({
    ...made,
    singleValueExtendedProperties: made.singleValueExtendedProperties?.map((property) =>
      property.id === MESSAGE_FLAGS.id ? { ...property, value: flags } : property,
    ),
    ...(attachments && { attachments }),
  });
  const path = graphPath`/users/${mailbox}/mailFolders/${folderId}/messages`;
  const { id } = await client.send<Message>({ method: "POST", path, body });
  if (!id) throw new Unlike("a message was created without an id");
  return { id, item, bytes: Buffer.byteLength(body) };
}

function testItem(mailbox: string, title: string): MailItem {
  const delivery = { itemKey: `tenant-check-${randomUUID()}`, mailbox };
  return {
    folder: { name: "", parent: "root" },
    category: "Archiver tenant check",
    itemClass: "IPM.Note",
    internetMessageId: internetMessageId(delivery),
    key: deliveryKey(delivery),
    subject: `Archiver tenant check: ${title}`,
    body: { type: "text", content: "Made by the archiver's tenant check. It may be deleted." },
    from: { name: "Tenant check", address: "tenant-check@archive.invalid" },
    to: [{ name: "Tenant check", address: "tenant-check@archive.invalid" }],
    at: AT,
    headers: [],
    files: [],
    async *openFiles() {
      // None.
    },
  };
}

/** Throws `Unlike` unless the message is no draft and has the times it was given. */
export async function expectReceived({ client, mailbox }: Bench, id: string): Promise<Message> {
  const path = graphPath`/users/${mailbox}/messages/${id}`;
  const seen = await client.send<Message>({ method: "GET", path, query: { $select: SELECT } });
  expect(seen.isDraft === false, "it is a draft");
  for (const name of ["sentDateTime", "receivedDateTime"] as const) {
    expect(Date.parse(seen[name] ?? "") === AT.getTime(), `${name} was replaced`);
  }
  return seen;
}

/** Throws `Unlike` unless the message has so many files. */
export async function expectFiles(
  { client, mailbox }: Bench,
  id: string,
  count: number,
): Promise<void> {
  const path = graphPath`/users/${mailbox}/messages/${id}/attachments`;
  const query = { $select: "id,name" };
  const { value } = await client.send<Page<Attachment>>({ method: "GET", path, query });
  expect(value.length === count, `it has ${value.length} files, not ${count}`);
}

/** Whether the mailbox's owner sees the message in Deleted Items. */
export async function isInDeletedItems(
  { client, mailbox }: Bench,
  item: MailItem,
): Promise<boolean> {
  const path = graphPath`/users/${mailbox}/mailFolders/deleteditems/messages`;
  const $filter = `internetMessageId eq ${odataText(item.internetMessageId)}`;
  const query = { $filter, $select: "id" };
  return (await client.send<Page<Message>>({ method: "GET", path, query })).value.length > 0;
}

/** Puts a file of the size onto a message by an upload session. */
export async function upload(
  { client, mailbox, now }: Bench,
  messageId: string,
  size: number,
): Promise<void> {
  const path = graphPath`/users/${mailbox}/messages/${messageId}/attachments/createUploadSession`;
  const body = { AttachmentItem: { attachmentType: "file", name: "large.bin", size } };
  const session = await client.send<{ uploadUrl?: string }>({ method: "POST", path, body });
  const url = uploadUrl(session.uploadUrl ?? "", now);
  const range = Buffer.alloc(RANGE, 7);
  for (let next: number | undefined = nextOf(session); next !== undefined; ) {
    const after: number | undefined = await url.put(range.subarray(0, size - next), next, size);
    expect(after === undefined || after > next, "the session does not get on");
    next = after;
  }
}

/** Removes a message for good, where the cloud can; one that is gone already is no fault. */
export async function purge({ client, mailbox, cloud }: Bench, id: string): Promise<void> {
  if (!cloud.permanentDelete) return;
  const path = graphPath`/users/${mailbox}/messages/${id}/permanentDelete`;
  await client.send({ method: "POST", path }).catch((error: unknown) => {
    if (!isCode(error, "ErrorItemNotFound")) throw error;
  });
}

/** A file that goes in JSON. */
export function smallFile(name: string, size: number) {
  const info = { name, contentType: "application/octet-stream", size, inline: false };
  return fileAttachment(info, Buffer.alloc(size, 7).toString("base64"));
}

/** Throws `Unlike`, with what was seen instead, unless it is so. */
export function expect(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new Unlike(otherwise);
}
