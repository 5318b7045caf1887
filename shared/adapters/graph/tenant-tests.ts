import { randomUUID } from "node:crypto";
import type { Attachment, MailFolder, Message } from "@microsoft/microsoft-graph-types";
import { classify, failureWord } from "../../domain/error-table.ts";
import { deliveryKey, internetMessageId } from "../../domain/item-key.ts";
import type { MailItem } from "../../domain/mail-item.ts";
import type { GraphClient } from "./client.ts";
import type { CloudFacts } from "./clouds.ts";
import { GraphFailure, isCode } from "./graph-failure.ts";
import { fileAttachment, message } from "./message.ts";
import { graphPath, odataText, type Page } from "./odata.ts";
import type { Sleep } from "./patience.ts";
import { ARCHIVE_ITEM_KEY, hasProperty, MESSAGE_FLAGS } from "./properties.ts";
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
const MB = 1_000_000;
const RANGE = 3_276_800;
const SELECT = "id,isDraft,isRead,receivedDateTime,sentDateTime,from,parentFolderId";

export const receivedMessage: TenantTest = async (bench) => {
  for (const flags of ["1", "0"]) {
    const { id } = await create(bench, `T1, flags ${flags}`, { flags });
    const { from } = await expectReceived(bench, id);
    const address = from?.emailAddress?.address;
    expect(address === "tenant-check@archive.invalid", "the sender was replaced");
  }
  return "with flags 1 and 0: no draft, both times kept, a sender who is not the mailbox's owner";
};

export const filesOnReceivedMessage: TenantTest = async (bench) => {
  const { id } = await create(bench, "T2");
  await upload(bench, id, 4 * MB);
  const path = graphPath`/users/${bench.mailbox}/messages/${id}/attachments`;
  await bench.client.send({ method: "POST", path, body: smallFile("small.bin", 1000) });
  await expectReceived(bench, id);
  await expectFiles(bench, id, 2);
  await purge(bench, id);
  return "a session and a POST both put a file onto a message that is no draft, and it stays none";
};

export const oneRequest: TenantTest = async (bench) => {
  const attachments = [smallFile("a.bin", 10), smallFile("b.bin", Math.floor((3.79 * MB * 3) / 4))];
  const { id, bytes } = await create(bench, "T3", { attachments });
  await expectReceived(bench, id);
  await expectFiles(bench, id, 2);
  await purge(bench, id);
  return `files and properties in one request of ${bytes} bytes`;
};

export const foundAtOnce: TenantTest = async (bench) => {
  const { id, item } = await create(bench, "T4");
  const path = graphPath`/users/${bench.mailbox}/mailFolders/${bench.visible}/messages`;
  const filters = {
    internetMessageId: `internetMessageId eq ${odataText(item.internetMessageId)}`,
    ArchiveItemKey: hasProperty(ARCHIVE_ITEM_KEY, item.key),
  };
  const seen: string[] = [];
  for (const [name, $filter] of Object.entries(filters)) {
    let looks = 0;
    let found = false;
    for (; !found && looks < 5; looks += 1) {
      if (looks > 0) await bench.sleep(1000);
      const query = { $filter, $select: "id" };
      const page = await bench.client.send<Page<Message>>({ method: "GET", path, query });
      found = page.value.some((one) => one.id === id);
    }
    expect(found, `the filter by ${name} did not find the message within 4 s`);
    seen.push(`by ${name} at look ${looks}`);
  }
  await purge(bench, id);
  return `found ${seen.join(", ")}`;
};

export const stagingAndMove: TenantTest = async (bench) => {
  const { client, mailbox, hidden, visible, cloud } = bench;
  const { id } = await create(bench, "T6, moved", { folderId: hidden });
  const path = graphPath`/users/${mailbox}/mailFolders`;
  const query = { $top: "999", $select: "id" };
  const listed = await client.send<Page<MailFolder>>({ method: "GET", path, query });
  expect(!listed.value.some((one) => one.id === hidden), "the hidden folder is listed");
  const moved = await client.send<Message>({
    method: "POST",
    path: graphPath`/users/${mailbox}/messages/${id}/move`,
    body: { DestinationId: visible },
  });
  expect(moved.id === id, "the id did not survive the move");
  expect((await expectReceived(bench, id)).parentFolderId === visible, "it was not moved");

  const deleted = await create(bench, "T6, deleted");
  const one = graphPath`/users/${mailbox}/messages/${deleted.id}`;
  await client.send({ method: "DELETE", path: one });
  const place = (await isInDeletedItems(bench, deleted.item)) ? "in Deleted Items" : "elsewhere";
  await purge(bench, id);
  await purge(bench, deleted.id);
  if (!cloud.permanentDelete) return `moved whole; DELETE puts a message ${place}`;

  const purged = await create(bench, "T6, removed");
  await purge(bench, purged.id);
  expect(!(await isInDeletedItems(bench, purged.item)), "permanentDelete left it in Deleted Items");
  return `moved whole; DELETE puts a message ${place}, permanentDelete out of sight`;
};

export const tooLarge: TenantTest = async (bench) => {
  const { id } = await create(bench, "T8");
  let outcome: string;
  try {
    await upload(bench, id, 36 * MB);
    outcome = "36 MB are taken: the tenant's limit is above the default";
  } catch (error) {
    if (!(error instanceof GraphFailure)) throw error;
    const { id: row } = classify(error.failure);
    const word = failureWord(error.failure);
    expect(row === "too-large", `36 MB are refused with ${word}, which is taken for ${row}`);
    outcome = `36 MB are refused with ${word}`;
  }
  await purge(bench, id);
  return outcome;
};

async function create(
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

async function expectReceived({ client, mailbox }: Bench, id: string): Promise<Message> {
  const path = graphPath`/users/${mailbox}/messages/${id}`;
  const seen = await client.send<Message>({ method: "GET", path, query: { $select: SELECT } });
  expect(seen.isDraft === false, "it is a draft");
  for (const name of ["sentDateTime", "receivedDateTime"] as const) {
    expect(Date.parse(seen[name] ?? "") === AT.getTime(), `${name} was replaced`);
  }
  return seen;
}

async function expectFiles({ client, mailbox }: Bench, id: string, count: number): Promise<void> {
  const path = graphPath`/users/${mailbox}/messages/${id}/attachments`;
  const query = { $select: "id,name" };
  const { value } = await client.send<Page<Attachment>>({ method: "GET", path, query });
  expect(value.length === count, `it has ${value.length} files, not ${count}`);
}

async function isInDeletedItems({ client, mailbox }: Bench, item: MailItem): Promise<boolean> {
  const path = graphPath`/users/${mailbox}/mailFolders/deleteditems/messages`;
  const $filter = `internetMessageId eq ${odataText(item.internetMessageId)}`;
  const query = { $filter, $select: "id" };
  return (await client.send<Page<Message>>({ method: "GET", path, query })).value.length > 0;
}

async function upload(
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

async function purge({ client, mailbox, cloud }: Bench, id: string): Promise<void> {
  if (!cloud.permanentDelete) return;
  const path = graphPath`/users/${mailbox}/messages/${id}/permanentDelete`;
  await client.send({ method: "POST", path }).catch((error: unknown) => {
    if (!isCode(error, "ErrorItemNotFound")) throw error;
  });
}

function smallFile(name: string, size: number) {
  const info = { name, contentType: "application/octet-stream", size, inline: false };
  return fileAttachment(info, Buffer.alloc(size, 7).toString("base64"));
}

function expect(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new Unlike(otherwise);
}
