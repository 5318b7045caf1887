import assert from "node:assert/strict";
import { test } from "node:test";
import { ANN, delivery, graphWorld, mailItem, testFile } from "./world.ts";

const FOLDER = "WeChat Archiver";

test("a small item lies in its folder as a received message, at its own time, once", async (t) => {
  const { control, process } = await graphWorld(t);
  const { mailboxes } = process();
  const to = delivery("1");
  const item = mailItem(to, {
    conversationTopic: "Team",
    inReplyTo: "<0@archive.invalid>",
    headers: [{ name: "x-telemessage-id", value: "42" }],
  });

  const added = await mailboxes.add(to, item);

  const [message, ...others] = await control.messages(ANN, FOLDER);
  assert.ok(message);
  assert.deepEqual(others, []);
  assert.equal(added.mailboxItemId, message.id);
  assert.equal(added.reduced, undefined);
  assert.equal(message.isDraft, false);
  assert.equal(message.fields.isRead, true);
  assert.equal(Date.parse(message.sentAt), item.at.getTime());
  assert.equal(Date.parse(message.receivedAt), item.at.getTime());
  assert.equal(message.fields.subject, item.subject);
  assert.deepEqual(message.fields.body, { contentType: "html", content: item.body.content });
  assert.deepEqual(message.fields.from, {
    emailAddress: { name: "Ann", address: "ann@contoso.com" },
  });
  assert.deepEqual(message.fields.categories, ["WeChat"]);
  assert.equal(message.fields.internetMessageId, item.internetMessageId);
  const values = Object.fromEntries(message.properties.map(({ id, value }) => [id, value]));
  assert.equal(
    values["String {b4189896-ccc2-413a-9fe4-9b57c9574b83} Name ArchiveItemKey"],
    item.key,
  );
  assert.equal(values["String 0x0070"], "Team");
  assert.equal(values["String 0x1042"], "<0@archive.invalid>");
  assert.equal(values["String 0x001A"], undefined);
});

test("an item class of the operator's choice is set; the usual one is left to Exchange", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");

  await process().mailboxes.add(to, mailItem(to, { itemClass: "IPM.Note.WeChat" }));

  const [message] = await control.messages(ANN, FOLDER);
  const itemClass = message?.properties.find(({ id }) => id === "String 0x001A");
  assert.equal(itemClass?.value, "IPM.Note.WeChat");
});

test("a small item costs one request, once its folder is known", async (t) => {
  const { control, process } = await graphWorld(t);
  const { mailboxes } = process();
  const add = async (id: string) => {
    const to = delivery(id);
    await mailboxes.add(to, mailItem(to, {}, [testFile("a.png", 100_000)]));
  };
  await add("first");
  await control.forgetRequests();

  for (let n = 0; n < 100; n += 1) await add(`item ${n}`);

  assert.equal((await control.requests()).length, 100);
});

test("files arrive byte for byte, from nothing at all to what one request holds", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  const files = [
    testFile("empty.txt", 0),
    testFile("one.bin", 1),
    testFile("图片 🎉 'quoted' \"double\".png", 70_000),
    testFile("up_down\\x.bin", 2_600_000),
    testFile("logo.png", 512, { inline: true, contentId: "logo", contentType: "image/png" }),
  ];

  await process().mailboxes.add(to, mailItem(to, {}, files));

  const [message] = await control.messages(ANN, FOLDER);
  assert.deepEqual(
    message?.attachments.map(({ name, bytes, sha256, isInline, contentId }) => ({
      name,
      bytes,
      sha256,
      isInline,
      contentId,
    })),
    files.map(({ info }) => ({
      name: info.name,
      bytes: info.size,
      sha256: info.sha256,
      isInline: info.inline,
      contentId: info.contentId ?? null,
    })),
  );
  assert.deepEqual(await control.halves(), []);
});

test("a file whose bytes are not those announced is never written", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  const wrong = testFile("a.bin", 1000, { sha256: "0".repeat(64) });

  await assert.rejects(
    process().mailboxes.add(to, mailItem(to, {}, [wrong])),
    /not those announced/,
  );

  assert.deepEqual(await control.messages(ANN, FOLDER), []);
});

test("what Exchange refuses is left off, and that is said", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  const item = mailItem(to, {
    inReplyTo: "<0@archive.invalid>",
    headers: [{ name: "x-long", value: "a".repeat(2000) }],
  });

  const added = await process().mailboxes.add(to, item);

  assert.equal(added.reduced, "x-headers in-reply-to");
  const [message, ...others] = await control.messages(ANN, FOLDER);
  assert.deepEqual(others, []);
  assert.equal(message?.isDraft, false);
  assert.equal(Date.parse(message?.receivedAt ?? ""), item.at.getTime());
});

test("an item that Exchange does not take even so is set aside with the code", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  await control.setFaults({
    rules: [{ kind: "status", path: "/messages$", status: 400, code: "ErrorInvalidRecipients" }],
  });
  const item = mailItem(to, { headers: [{ name: "x-a", value: "1" }] });

  await assert.rejects(process().mailboxes.add(to, item), {
    name: "RejectedItemError",
    code: "rejected-by-exchange",
    detail: "ErrorInvalidRecipients",
  });

  const posts = (await control.requests()).filter(({ path }) => path.endsWith("/messages"));
  assert.equal(posts.length, 2);
});

test("a body that no request holds is refused before anything is sent", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  const item = mailItem(to, { body: { type: "text", content: "字".repeat(1_500_000) } });

  await assert.rejects(process().mailboxes.add(to, item), {
    code: "oversize",
    detail: "body-too-large-for-graph",
  });
  assert.deepEqual(await control.requests(), []);
});
