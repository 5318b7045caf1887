import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readEml } from "../../shared/connectors/eml/read-eml.ts";
import { mailItem } from "../../shared/connectors/mail-item.ts";
import { renderEmail } from "../../shared/connectors/render/render-email.ts";
import { deliveryKey, internetMessageId, itemKey, sha256 } from "../../shared/domain/item-key.ts";
import type { Message } from "../../shared/domain/message.ts";
import { email, HEAD, multipart, TEXT } from "../fixtures/awkward/awkward-case.ts";
import {
  mailContext,
  openedFiles,
  readContext,
  receivedAt,
  shownPeople,
  streamedMailItem,
} from "./eml/reading.ts";
import { assertHarmless } from "./harmless-html.ts";

const { delivery } = mailContext;
const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, "../fixtures/eml", `${name}.eml`));
const jsonBytes = (text: string) => Buffer.byteLength(JSON.stringify(text));

const ourContext = { ...mailContext, isRendered: true };

/** The email as the converter renders it from the message. */
async function rendered(message: Message): Promise<Uint8Array> {
  const sourceItemId = message.id ?? "1";
  const mapped = new Set(message.participants.slice(0, 1));
  return renderEmail(message, {
    connector: "wechat",
    sourceItemId,
    name: "WeChat",
    receivedAt,
    mapped,
    format: "eml",
  });
}

test("a TeleMessage email lies in its connector's folder, under a key and a Message-ID of its own", async () => {
  const item = await mailItem(fixture("001-wechat-text"), mailContext);

  assert.deepEqual(item.folder, { name: "WeChat Archiver", parent: "root" });
  assert.equal(item.category, "WeChat");
  assert.equal(item.itemClass, "IPM.Note");
  assert.equal(item.key, deliveryKey(delivery));
  assert.equal(item.internetMessageId, internetMessageId(delivery));
});

test("a mailbox item has the message's own time; without one, the time it was received, and says so", async () => {
  const dated = await mailItem(fixture("001-wechat-text"), mailContext);
  const undated = await mailItem(email("From: ann@contoso.com", "", "x"), mailContext);

  assert.equal(dated.at.toISOString(), "2026-11-19T09:00:00.000Z");
  assert.deepEqual(undated.at, receivedAt);
  assert.match(undated.body.content, /gives no time/);
});

test("an edit answers, in each mailbox, the item of the message that it changes", async () => {
  const original = await mailItem(fixture("001-wechat-text"), {
    ...mailContext,
    delivery: { ...delivery, itemKey: itemKey("wechat", "1795078800000_15550100_0") },
  });

  const edit = await mailItem(fixture("007-whatsapp-edit"), mailContext);

  assert.equal(edit.inReplyTo, original.internetMessageId);
});

test("all items of a chat have one topic, whoever wrote and whatever the chat is called", async () => {
  const head = (subject: string, name: string) =>
    email(
      ...HEAD.slice(0, 3),
      `Subject: ${subject}`,
      "X-TELEMESSAGE-GroupID: g-1",
      `X-TELEMESSAGE-GROUP_NAME: ${name}`,
      "",
      "x",
    );

  const first = await mailItem(head("First", "Lunch"), mailContext);
  const renamed = await mailItem(head("Second", "Dinner"), mailContext);

  assert.equal(first.conversationTopic, "WeChat chat g-1");
  assert.equal(renamed.conversationTopic, first.conversationTopic);
});

test("who has no address gets one that is nobody's, always the same, and keeps the number in the name", async () => {
  const bytes = email(
    "From: wxid_4x",
    "To: 15550123, +1 555 0142 Bob, 王伟, Ann <ann at contoso>",
    HEAD[2] ?? "",
    "",
    "x",
  );

  const item = await mailItem(bytes, mailContext);

  assert.deepEqual(shownPeople(item), [
    "wxid_4x",
    "15550123",
    "Bob +1 555 0142",
    "王伟",
    "Ann ann at contoso",
  ]);
  const [wechat, number, plus, chinese, broken] = [item.from, ...item.to].map((it) => it.address);
  assert.equal(number, "15550123@wechat.invalid");
  assert.equal(plus, "15550142@wechat.invalid");
  assert.match(wechat ?? "", /^wxid-4x-[0-9a-f]{8}@wechat\.invalid$/);
  assert.match(chinese ?? "", /^unknown-[0-9a-f]{8}@wechat\.invalid$/);
  assert.match(broken ?? "", /^ann-at-contoso-[0-9a-f]{8}@wechat\.invalid$/);
});

test("of more than 500 recipients the first 500 are named, and the others stand in the text", async () => {
  const numbers = Array.from({ length: 620 }, (_, n) => String(15_550_000 + n));
  const bytes = email(
    "From: ann@contoso.com",
    `To: ${numbers.join(",\r\n ")}`,
    HEAD[2] ?? "",
    "",
    "x",
  );

  const item = await mailItem(bytes, mailContext);

  assert.deepEqual(
    item.to.map((it) => it.name),
    numbers.slice(0, 500),
  );
  for (const number of numbers.slice(500)) assert.ok(item.body.content.includes(number));
});

test("five headers at most go with an item, the archive's own id first", async () => {
  const item = await mailItem(fixture("002-whatsapp-group-file"), mailContext);

  assert.deepEqual(
    item.headers.map((it) => `${it.name}: ${it.value}`),
    [
      "x-telemessage-archivemessageid: 1795078860000_15550100_0",
      "x-telemessage-groupid: 8613800000000-1795000000",
      "x-telemessage-messagetype: Image",
      "x-archive-kind: text",
      "x-telemessage-network: WhatsApp",
    ],
  );
});

test("a header that Graph would refuse is made one that it takes", async () => {
  const item = await mailItem(
    email(
      ...HEAD,
      `X-TELEMESSAGE-ArchiveMessageID: ${"9".repeat(2_000)}`,
      "X-TELEMESSAGE-Status: gelöscht",
      "",
      "x",
    ),
    mailContext,
  );

  const [id, ...others] = item.headers;
  assert.equal(id?.value, "9".repeat(995));
  assert.ok(others.some((it) => it.value === "=?UTF-8?Q?gel=C3=B6scht?="));
});

for (const [what, text] of [
  ["of plain text", "to be continued. ".repeat(200_000)],
  ["of Chinese text", "未完待续。".repeat(250_000)],
  ["of quotes and line breaks", '"\n'.repeat(900_000)],
  ["of letters outside the BMP", "🍜".repeat(760_000)],
] as const) {
  test(`a body ${what} too large for one request is shortened, said so, and attached whole`, async () => {
    const item = await mailItem(
      email(...HEAD, "Content-Type: text/plain; charset=utf-8", "", text),
      mailContext,
    );

    const { content } = item.body;
    assert.ok(jsonBytes(content) <= 3_000_000 && content.isWellFormed());
    assert.ok(content.startsWith(text.slice(0, 100_000)));
    assert.match(
      content,
      /too long to be shown whole: all of it is in the attached file body(-\d| \(\d\))?\.txt/,
    );
    assert.ok(item.files.some((it) => it.sha256 === sha256(text)));
    assert.deepEqual(
      await openedFiles(item),
      item.files.map((it) => it.sha256),
    );
  });
}

test("HTML too large for one request is shortened between two tags, and attached whole", async () => {
  const rows = "<p>soup &amp; <b>bread</b></p>".repeat(110_000);

  const item = await mailItem(email(...HEAD, "Content-Type: text/html", "", rows), mailContext);

  assert.ok(jsonBytes(item.body.content) <= 3_000_000);
  assertHarmless(item.body.content);
  const notes = item.body.content.slice(-1_000);
  assert.ok(notes.includes("bread</b></p>") && notes.includes("too long to be shown whole"));
  assert.deepEqual(
    item.files.map((it) => it.name),
    ["body.html"],
  );
});

test("pictures within the text stay within it; all other files are attachments", async () => {
  const item = await mailItem(
    multipart(
      "multipart/related",
      ["Content-Type: text/html", "", "<img src='cid:1@x'>"],
      ["Content-Type: image/png; name=1.png", "Content-ID: <1@x>", "", "1"],
      ["Content-Type: image/png; name=2.png", "Content-ID: <2@x>", "", "2"],
    ),
    mailContext,
  );

  assert.deepEqual(
    item.files.map(({ name, inline, contentId }) => ({ name, inline, contentId })),
    [
      { name: "1.png", inline: true, contentId: "1@x" },
      { name: "2.png", inline: false, contentId: undefined },
    ],
  );
});

test("a picture that only a style would have shown is an attachment that everybody sees", async () => {
  const style = "<style>body{background:url(cid:1@x)}</style><p>Noon?</p>";
  const bytes = multipart(
    "multipart/related",
    ["Content-Type: text/html", "", style],
    ["Content-Type: image/png; name=1.png", "Content-ID: <1@x>", "", "1"],
  );

  const item = await mailItem(bytes, mailContext);

  assert.deepEqual(
    item.files.map(({ name, inline, contentId }) => ({ name, inline, contentId })),
    [{ name: "1.png", inline: false, contentId: undefined }],
  );
});

test("the files can be opened again and again, and in any part", async () => {
  const bytes = multipart(
    "multipart/mixed",
    TEXT,
    ["Content-Type: image/png; name=1.png", "", "one"],
    ["Content-Type: image/png; name=2.png", "", "two"],
  );
  const read = async (chunks: AsyncIterable<Uint8Array>) => {
    let text = "";
    for await (const chunk of chunks) text += Buffer.from(chunk).toString();
    return text;
  };

  for (const item of [await mailItem(bytes, mailContext), await streamedMailItem(bytes, 7)]) {
    const first = await openedFiles(item);
    const again = await openedFiles(item);
    const lastAlone: string[] = [];
    let at = 0;
    for await (const file of item.openFiles()) {
      if (at === 1) lastAlone.push(await read(file));
      at += 1;
    }

    assert.deepEqual(again, first);
    assert.deepEqual(lastAlone, ["two"]);
  }
});

for (const name of [
  "001-wechat-text",
  "002-whatsapp-group-file",
  "004-wechat-call-recording",
  "005-whatsapp-deleted-for-all",
  "007-whatsapp-edit",
  "009-wechat-thread",
]) {
  test(`rendered anew, a TeleMessage email becomes the same mailbox item: ${name}`, async () => {
    const { message } = await readEml(fixture(name), readContext);

    const item = await mailItem(await rendered(message), ourContext);

    const asReceived = await mailItem(fixture(name), mailContext);
    const comparable = ({ openFiles: _, body, ...rest }: typeof item) => ({
      ...rest,
      text: body.content.replace(/\s+/g, " ").trim(),
    });
    assert.deepEqual(comparable(item), comparable(asReceived));
    assert.deepEqual(await openedFiles(item), await openedFiles(asReceived));
  });
}

test("a message without a time, rendered, still says whose time it shows", async () => {
  const { message } = await readEml(
    email("From: ann@contoso.com", "To: bob@contoso.com", "", "x"),
    readContext,
  );

  const again = await readEml(await rendered(message), { ...readContext, isRendered: true });
  const item = await mailItem(await rendered(message), ourContext);

  assert.ok(again.fit);
  assert.equal(again.message.sentAt, undefined);
  assert.deepEqual(item.at, receivedAt);
  assert.match(item.body.content, /gives no time/);
});
