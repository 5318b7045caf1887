import assert from "node:assert/strict";
import { test } from "node:test";
import type { Delivery } from "../../../shared/domain/delivery.ts";
import type { MailItem } from "../../../shared/domain/mail-item.ts";
import type { Mailboxes } from "../../../shared/pipeline/ports.ts";
import { ANN, delivery, graphWorld, mailItem, testFile } from "./world.ts";

const MIB = 1_048_576;
const FOLDER = "WeChat Archiver";
const STAGING = "Mobile Archive Staging";

const files = [
  testFile("same.bin", 20_000),
  testFile("video.mp4", 7 * MIB),
  testFile("same.bin", 30_000),
];
const hashes = files.map(({ info }) => info.sha256);

/** As the pipeline does it: whoever takes a delivery over looks before it writes. */
async function takeOver(mailboxes: Mailboxes, to: Delivery, item: MailItem): Promise<string> {
  return (await mailboxes.find(to, item)) ?? (await mailboxes.add(to, item)).mailboxItemId;
}

/** The steps of a large import, each the place of a crash: before the work was done, and after. */
const steps = [
  { name: "the staging folder", method: "POST", path: "/mailFolders$" },
  { name: "the message", method: "POST", path: "/messages$" },
  { name: "the first file", method: "POST", path: "/attachments$", after: 0 },
  { name: "the session", method: "POST", path: "/createUploadSession$" },
  { name: "the first range", method: "PUT", after: 0 },
  { name: "the last range", method: "PUT", after: 2 },
  { name: "the last file", method: "POST", path: "/attachments$", after: 1 },
  { name: "the comparison", method: "GET", path: "/attachments$" },
  { name: "the target folder", method: "POST", path: "/mailFolders$", after: 1 },
  { name: "the move", method: "POST", path: "/move$" },
];

for (const { name, ...place } of steps) {
  for (const when of ["before", "after-commit"] as const) {
    test(`a host that dies at ${name}, ${when}, leaves nothing twice and nothing by halves`, async (t) => {
      const { control, process } = await graphWorld(t);
      const to = delivery("1");
      const item = mailItem(to, {}, files);
      // Nothing that this host asks from here on is answered: as if it were gone.
      await control.setFaults({ rules: [{ kind: "reset", ...place, when }] });
      await assert.rejects(process().mailboxes.add(to, item));
      await control.clearFaults();

      const id = await takeOver(process().mailboxes, to, item);

      const [message, ...others] = await control.messages(ANN, FOLDER);
      assert.equal(message?.id, id);
      assert.deepEqual(others, []);
      assert.deepEqual(
        message?.attachments.map(({ sha256 }) => sha256),
        hashes,
      );
      assert.deepEqual(await control.messages(ANN, STAGING), []);
      assert.deepEqual(await control.halves(), []);
    });
  }
}

test("files that are there already are not sent again", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  const item = mailItem(to, {}, files);
  await control.setFaults({ rules: [{ kind: "reset", method: "GET", path: "/attachments$" }] });
  await assert.rejects(process().mailboxes.add(to, item));
  await control.clearFaults();
  await control.forgetRequests();

  await takeOver(process().mailboxes, to, item);

  const uploads = (await control.requests()).filter(
    ({ method, path }) => method === "PUT" || (method === "POST" && path.includes("/attachments")),
  );
  assert.deepEqual(uploads, []);
});

test("a leftover with other files is removed for good, and the item begun anew", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  await control.setFaults({ rules: [{ kind: "reset", path: "/createUploadSession$" }] });
  await assert.rejects(
    process().mailboxes.add(to, mailItem(to, {}, [testFile("other.bin", 5000), ...files])),
  );
  await control.clearFaults();

  await takeOver(process().mailboxes, to, mailItem(to, {}, files));

  assert.deepEqual(
    (await control.messages(ANN, FOLDER)).map(({ attachments }) => attachments.length),
    [3],
  );
  assert.deepEqual(await control.messages(ANN, STAGING), []);
  assert.deepEqual(await control.messages(ANN, "deleteditems"), []);
  assert.equal((await control.messages(ANN, "recoverableitemspurges")).length, 1);
  const deletes = (await control.requests()).filter(({ method }) => method === "DELETE");
  assert.deepEqual(deletes, []);
});

test("a file that another host put there too is noticed, and the item begun anew", async (t) => {
  const { url, control, process } = await graphWorld(t);
  const to = delivery("1");
  const item = mailItem(to, {}, files);
  const { mailboxes } = process();
  let done = 0;
  const interfere = async () => {
    done += 1;
    if (done !== files.length + 3) return;
    const [staged] = await control.messages(ANN, STAGING);
    await fetch(`${url}/v1.0/users/${ANN}/messages/${staged?.id}/attachments`, {
      method: "POST",
      headers: { Authorization: "Bearer token", "Content-Type": "application/json" },
      body: JSON.stringify({
        "@odata.type": "#microsoft.graph.fileAttachment",
        name: "same.bin",
        contentBytes: "AAAA",
      }),
    });
  };

  await assert.rejects(mailboxes.add(to, item, interfere), { code: "item-not-ready" });
  assert.deepEqual(await control.messages(ANN, STAGING), []);
  await takeOver(mailboxes, to, item);

  const [message] = await control.messages(ANN, FOLDER);
  assert.deepEqual(
    message?.attachments.map(({ sha256 }) => sha256),
    hashes,
  );
});

test("a staging folder that is gone is made anew", async (t) => {
  const { url, control, process } = await graphWorld(t);
  const { mailboxes } = process();
  const [one, other] = [delivery("1"), delivery("2")];
  await mailboxes.add(one, mailItem(one, {}, files));
  const boxes = await control.mailboxes();
  const staging = boxes[0]?.folders.find(({ path }) => path === STAGING);
  for (let twice = 0; twice < 2; twice += 1) {
    await fetch(`${url}/v1.0/users/${ANN}/mailFolders/${staging?.id}`, {
      method: "DELETE",
      headers: { Authorization: "Bearer token" },
    });
  }

  await mailboxes.add(other, mailItem(other, {}, files));

  assert.equal((await control.messages(ANN, FOLDER)).length, 2);
});

test("where the cloud has no permanentDelete, a leftover stays hidden and is used again", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  const item = mailItem(to, {}, files);
  await control.setFaults({ rules: [{ kind: "reset", path: "/createUploadSession$" }] });
  await assert.rejects(process({ cloud: "china" }).mailboxes.add(to, item));
  await control.clearFaults();
  const [leftover] = await control.messages(ANN, STAGING);

  const id = await takeOver(process({ cloud: "china" }).mailboxes, to, item);

  assert.equal(id, leftover?.id);
  const purges = (await control.requests()).filter(({ path }) => path.endsWith("permanentDelete"));
  assert.deepEqual(purges, []);
});

test("what was left off an item is still known when another host finishes it", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  const headers = [{ name: "x-long", value: "a".repeat(2000) }];
  const item = mailItem(to, { headers }, files);
  await control.setFaults({ rules: [{ kind: "reset", path: "/createUploadSession$" }] });
  await assert.rejects(process().mailboxes.add(to, item));
  await control.clearFaults();

  const added = await process().mailboxes.add(to, item);

  assert.equal(added.reduced, "x-headers");
});

test("the sweep removes what no host will finish, and keeps what one may", async (t) => {
  const { control, process } = await graphWorld(t);
  const [dead, alive] = [delivery("dead"), delivery("alive")];
  await control.setFaults({ rules: [{ kind: "reset", path: "/createUploadSession$" }] });
  await assert.rejects(process().mailboxes.add(dead, mailItem(dead, {}, files)));
  await assert.rejects(process().mailboxes.add(alive, mailItem(alive, {}, files)));
  await control.clearFaults();
  const open = mailItem(alive).key;

  const swept = await process().mailboxes.sweepStaging(ANN, async (key) => key === open);

  assert.deepEqual(swept, { removed: 1, kept: 1 });
  const left = await control.messages(ANN, STAGING);
  assert.deepEqual(
    left.map(({ fields }) => fields.internetMessageId),
    [`<${open}@archive.invalid>`],
  );
  assert.deepEqual(await control.halves(), []);
});

test("the sweep of a mailbox without a staging folder makes none", async (t) => {
  const { control, process } = await graphWorld(t);

  const swept = await process().mailboxes.sweepStaging(ANN, async () => false);

  assert.deepEqual(swept, { removed: 0, kept: 0 });
  assert.ok((await control.requests()).every(({ method }) => method === "GET"));
});

test("where the cloud cannot remove leftovers, the sweep counts them", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  await control.setFaults({ rules: [{ kind: "reset", path: "/createUploadSession$" }] });
  const { mailboxes } = process({ cloud: "china" });
  await assert.rejects(mailboxes.add(to, mailItem(to, {}, files)));
  await control.clearFaults();

  const swept = await mailboxes.sweepStaging(ANN, async () => false);

  assert.deepEqual(swept, { removed: 0, kept: 1 });
});
