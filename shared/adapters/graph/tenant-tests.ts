import type { MailFolder, Message } from "@microsoft/microsoft-graph-types";
import { classify, failureWord } from "../../domain/error-table.ts";
import { GraphFailure } from "./graph-failure.ts";
import { graphPath, odataText, type Page } from "./odata.ts";
import { ARCHIVE_ITEM_KEY, hasProperty } from "./properties.ts";
import {
  create,
  expect,
  expectFiles,
  expectReceived,
  isInDeletedItems,
  purge,
  smallFile,
  type TenantTest,
  upload,
} from "./tenant-bench.ts";

const MB = 1_000_000;

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
