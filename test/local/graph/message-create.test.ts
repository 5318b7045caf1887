import assert from "node:assert/strict";
import { test } from "node:test";
import { archived, file, KEY, RECEIVED_MAIL, standIn } from "./client.ts";

const MESSAGES = "/users/ann@contoso.com/messages";
const INBOX = "/users/ann@contoso.com/mailFolders/inbox/messages";
const NOW = new Date("2026-05-01T10:00:00.123Z");
const now = () => NOW;

test("a message without message flags is a draft, whatever its JSON says", async (t) => {
  const graph = await standIn(t);

  const reply = await graph.post(INBOX, { subject: "Hello", isDraft: false });

  assert.equal(reply.status, 201);
  assert.equal(reply.body.isDraft, true);
});

for (const [value, isDraft, isRead] of [
  ["0", false, false],
  ["1", false, true],
  ["4", false, false],
  ["8", true, false],
  ["9", true, true],
] as const) {
  test(`message flags ${value} make a message that is ${isDraft ? "a" : "no"} draft and ${isRead ? "read" : "unread"}`, async (t) => {
    const graph = await standIn(t);

    const reply = await graph.post(INBOX, {
      singleValueExtendedProperties: [{ id: "Integer 0x0E07", value }],
    });

    assert.equal(reply.body.isDraft, isDraft);
    assert.equal(reply.body.isRead, isRead);
  });
}

test("times in the JSON are overwritten with now", async (t) => {
  const graph = await standIn(t, { now });

  const reply = await graph.post(INBOX, {
    sentDateTime: "2020-01-01T00:00:00Z",
    receivedDateTime: "2020-01-01T00:00:00Z",
  });

  assert.equal(reply.body.sentDateTime, "2026-05-01T10:00:00Z");
  assert.equal(reply.body.receivedDateTime, "2026-05-01T10:00:00Z");
});

test("times given as properties hold", async (t) => {
  const graph = await standIn(t, { now });

  const reply = await graph.post(INBOX, { singleValueExtendedProperties: RECEIVED_MAIL });

  assert.equal(reply.body.sentDateTime, "2026-03-04T05:06:07Z");
  assert.equal(reply.body.receivedDateTime, "2026-03-04T05:06:08Z");
});

test("the answer to a create does not show extended properties or attachments", async (t) => {
  const graph = await standIn(t);

  const reply = await graph.post(INBOX, archived("k1", { attachments: [file("a.txt")] }));

  assert.equal(reply.body.singleValueExtendedProperties, undefined);
  assert.equal(reply.body.attachments, undefined);
  assert.equal(reply.body.hasAttachments, true);
});

test("a message posted to the mailbox itself lies in Drafts", async (t) => {
  const graph = await standIn(t);
  const drafts = await graph.get("/users/ann@contoso.com/mailFolders/drafts");

  const reply = await graph.post(MESSAGES, archived("k1"));

  assert.equal(reply.body.parentFolderId, drafts.body.id);
});

test("a message and its attachments come in one step", async (t) => {
  const graph = await standIn(t);

  await graph.post(INBOX, archived("k1", { attachments: [file("a.txt", "A"), file("b.txt", "")] }));
  const [kept] = await graph.control.messages("ann@contoso.com", "inbox");

  assert.deepEqual(
    kept?.attachments.map(({ name, bytes }) => [name, bytes]),
    [
      ["a.txt", 1],
      ["b.txt", 0],
    ],
  );
});

test("a message with inline attachments only has no attachments to speak of", async (t) => {
  const graph = await standIn(t);
  const inline = { ...file("a.png"), isInline: true, contentId: "picture" };

  const reply = await graph.post(INBOX, archived("k1", { attachments: [inline] }));

  assert.equal(reply.body.hasAttachments, false);
});

test("more than 500 recipients are refused", async (t) => {
  const graph = await standIn(t);
  const people = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ emailAddress: { address: `p${n}@contoso.com` } }));

  const most = await graph.post(INBOX, { toRecipients: people(499), ccRecipients: people(1) });
  const over = await graph.post(INBOX, { toRecipients: people(499), bccRecipients: people(2) });

  assert.equal(most.status, 201);
  assert.equal(over.status, 400);
});

test("a reply-to that is no address refuses the whole message", async (t) => {
  const graph = await standIn(t);

  const reply = await graph.post(INBOX, {
    replyTo: [{ emailAddress: { name: "Bob", address: "15550100" } }],
  });

  assert.equal(reply.status, 400);
  assert.equal(reply.body.error.code, "ErrorInvalidRecipients");
});

for (const [what, headers] of [
  ["none", []],
  ["six", Array.from({ length: 6 }, (_, n) => ({ name: `x-archive-${n}`, value: "v" }))],
  ["one without x-", [{ name: "Archive-Key", value: "v" }]],
  ["one too long", [{ name: "x-archive", value: "v".repeat(996) }]],
] as const) {
  test(`a list of internet headers with ${what} is refused`, async (t) => {
    const graph = await standIn(t);

    const reply = await graph.post(INBOX, { internetMessageHeaders: headers });

    assert.equal(reply.status, 400);
    assert.match(reply.body.error.code, /^InvalidInternetMessageHeader/);
  });
}

for (const [what, property] of [
  ["a number for a value", { id: "Integer 0x0E07", value: 1 }],
  ["no value", { id: KEY }],
  ["an integer that is none", { id: "Integer 0x0E07", value: "read" }],
  ["a time without a zone", { id: "SystemTime 0x0039", value: "2026-03-04T05:06:07" }],
  ["a time with an offset", { id: "SystemTime 0x0039", value: "2026-03-04T05:06:07+01:00" }],
  [
    "eight decimals of a second",
    { id: "SystemTime 0x0039", value: "2026-03-04T05:06:07.12345678Z" },
  ],
  ["an id of no form", { id: "ArchiveItemKey", value: "k" }],
  ["a tag of another type", { id: "String 0x0E07", value: "1" }],
  ["a tag above 0x7FFF", { id: "String 0x8001", value: "k" }],
  ["a list type", { id: "StringArray 0x4001", value: "k" }],
  ["the creation time", { id: "SystemTime 0x3007", value: "2026-03-04T05:06:07Z" }],
] as const) {
  test(`an extended property with ${what} is refused`, async (t) => {
    const graph = await standIn(t);

    const reply = await graph.post(INBOX, { singleValueExtendedProperties: [property] });

    assert.equal(reply.status, 400);
  });
}

test("a property given twice, spelt in two ways, is refused", async (t) => {
  const graph = await standIn(t);

  const reply = await graph.post(INBOX, {
    singleValueExtendedProperties: [
      { id: "Integer 0x0E07", value: "1" },
      { id: "Integer 0x0e07", value: "1" },
    ],
  });

  assert.equal(reply.body.error.code, "ErrorInvalidExtendedProperty");
});

test("a body of 4 MiB is taken, one byte more is too large", async (t) => {
  const graph = await standIn(t);
  const frame = JSON.stringify({ body: { contentType: "text", content: "" } }).length;
  const message = (length: number) => ({
    body: { contentType: "text", content: "x".repeat(length - frame) },
  });

  const most = await graph.post(INBOX, message(4_194_304));
  const over = await graph.post(INBOX, message(4_194_305));

  assert.equal(most.status, 201);
  assert.equal(over.status, 413);
  assert.match(over.body.error.message, /4MB/);
});

test("a message in MIME is refused: the stand-in does not read it", async (t) => {
  const graph = await standIn(t);

  const reply = await graph.post(INBOX, {}, { "Content-Type": "text/plain" });

  assert.equal(reply.status, 415);
});

test("nothing is put into Recoverable Items directly", async (t) => {
  const graph = await standIn(t);

  const reply = await graph.post(
    "/users/ann@contoso.com/mailFolders/recoverableitemspurges/messages",
    archived("k1"),
  );

  assert.equal(reply.status, 403);
});
