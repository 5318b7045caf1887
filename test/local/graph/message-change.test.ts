import assert from "node:assert/strict";
import { test } from "node:test";
import { archived, file, filter, IMMUTABLE, KEY, standIn } from "./client.ts";

const MAILBOX = "/users/ann@contoso.com";
const INBOX = `${MAILBOX}/mailFolders/inbox/messages`;

for (const name of ["subject", "body", "internetMessageId", "replyTo", "from"]) {
  test(`the ${name} of a message that is no draft cannot be changed`, async (t) => {
    const graph = await standIn(t);
    const { body } = await graph.post(INBOX, archived("k1"));
    const value = {
      subject: "Other",
      body: { contentType: "text", content: "Other" },
      internetMessageId: "<other@archive.example>",
      replyTo: [],
      from: { emailAddress: { address: "bob@contoso.com" } },
    }[name];

    const reply = await graph.patch(`${MAILBOX}/messages/${body.id}`, { [name]: value });

    assert.equal(reply.status, 400);
    assert.equal(reply.body.error.code, "ErrorInvalidPropertySet");
  });
}

test("categories, the read mark and own properties of a message can be changed", async (t) => {
  const graph = await standIn(t);
  const { body } = await graph.post(INBOX, archived("k1"));

  const reply = await graph.patch(`${MAILBOX}/messages/${body.id}`, {
    categories: ["WeChat"],
    isRead: false,
    singleValueExtendedProperties: [{ id: KEY, value: "k9" }],
  });
  const found = await graph.get(
    `${INBOX}?${filter(`singleValueExtendedProperties/Any(ep: ep/id eq '${KEY}' and ep/value eq 'k9')`)}`,
  );

  assert.equal(reply.status, 200);
  assert.deepEqual(reply.body.categories, ["WeChat"]);
  assert.equal(reply.body.isRead, false);
  assert.equal(found.body.value.length, 1);
});

test("the draft mark and the times are fixed at creation: a later value changes nothing", async (t) => {
  const graph = await standIn(t);
  const draft = await graph.post(INBOX, { subject: "Draft" });

  const reply = await graph.patch(`${MAILBOX}/messages/${draft.body.id}`, {
    isDraft: false,
    receivedDateTime: "2020-01-01T00:00:00Z",
    singleValueExtendedProperties: [
      { id: "Integer 0x0E07", value: "1" },
      { id: "SystemTime 0x0E06", value: "2020-01-01T00:00:00Z" },
    ],
  });

  assert.equal(reply.status, 200);
  assert.equal(reply.body.isDraft, true);
  assert.equal(reply.body.receivedDateTime, draft.body.receivedDateTime);
});

test("a draft can be rewritten", async (t) => {
  const graph = await standIn(t);
  const draft = await graph.post(INBOX, { subject: "Draft" });

  const reply = await graph.patch(`${MAILBOX}/messages/${draft.body.id}`, { subject: "Better" });

  assert.equal(reply.body.subject, "Better");
});

test("attachments cannot be patched onto a message", async (t) => {
  const graph = await standIn(t);
  const draft = await graph.post(INBOX, { subject: "Draft" });

  const reply = await graph.patch(`${MAILBOX}/messages/${draft.body.id}`, {
    attachments: [file("a.txt")],
  });

  assert.equal(reply.status, 400);
});

test("a move gives a new ordinary id, and the old one is not found", async (t) => {
  const graph = await standIn(t);
  const { body } = await graph.post(INBOX, archived("k1"));

  const moved = await graph.post(`${MAILBOX}/messages/${body.id}/move`, {
    destinationId: "archive",
  });
  const old = await graph.get(`${MAILBOX}/messages/${body.id}`);

  assert.equal(moved.status, 201);
  assert.notEqual(moved.body.id, body.id);
  assert.equal(old.body.error.code, "ErrorItemNotFound");
});

test("an immutable id, the times and the attachments survive a move", async (t) => {
  const graph = await standIn(t);
  const message = archived("k1", { attachments: [file("a.txt")] });
  const made = await graph.post(INBOX, message, IMMUTABLE);

  const moved = await graph.post(
    `${MAILBOX}/messages/${made.body.id}/move`,
    { destinationId: "archive" },
    IMMUTABLE,
  );

  assert.equal(moved.body.id, made.body.id);
  assert.equal(moved.body.receivedDateTime, "2026-03-04T05:06:08Z");
  assert.equal(moved.body.isDraft, false);
  assert.equal(moved.body.hasAttachments, true);
});

test("a move names its destination, and one that is there", async (t) => {
  const graph = await standIn(t);
  const { body } = await graph.post(INBOX, archived("k1"));
  const other = await graph.get("/users/bob@contoso.com/mailFolders/inbox");
  const move = (to: object) => graph.post(`${MAILBOX}/messages/${body.id}/move`, to);

  const misspelt = await move({ destination: "archive" });
  const unknown = await move({ destinationId: other.body.id });

  assert.equal(misspelt.status, 400);
  assert.equal(unknown.status, 404);
});

test("a copy is a message of its own", async (t) => {
  const graph = await standIn(t);
  const message = archived("k1", { attachments: [file("a.txt")] });
  const { body } = await graph.post(INBOX, message, IMMUTABLE);

  const copy = await graph.post(
    `${MAILBOX}/messages/${body.id}/copy`,
    { destinationId: "archive" },
    IMMUTABLE,
  );
  const kept = await graph.control.messages("ann@contoso.com");

  assert.equal(copy.status, 201);
  assert.notEqual(copy.body.id, body.id);
  assert.deepEqual(kept.map(({ folder }) => folder).sort(), ["Archive", "Inbox"]);
});

test("a deleted message lies in Deleted Items, deleted there in Recoverable Items", async (t) => {
  const graph = await standIn(t);
  const { body } = await graph.post(INBOX, archived("k1"), IMMUTABLE);
  const places = async () =>
    (await graph.control.messages("ann@contoso.com")).map(({ folder }) => folder);

  const first = await graph.delete(`${MAILBOX}/messages/${body.id}`);
  const afterFirst = await places();
  await graph.delete(`${MAILBOX}/messages/${body.id}`);
  const afterSecond = await places();

  assert.equal(first.status, 204);
  assert.deepEqual(afterFirst, ["Deleted Items"]);
  assert.deepEqual(afterSecond, ["Recoverable Items/Deletions"]);
});

test("a message deleted for good lies in Purges, where no id and no look-up finds it", async (t) => {
  const graph = await standIn(t);
  const { body } = await graph.post(INBOX, archived("k1"), IMMUTABLE);
  const byId = filter("internetMessageId eq '<k1@archive.example>'");

  const reply = await graph.post(`${MAILBOX}/messages/${body.id}/permanentDelete`);
  const read = await graph.get(`${MAILBOX}/messages/${body.id}`);
  const found = await graph.get(`${MAILBOX}/messages?${byId}`);
  const [kept] = await graph.control.messages("ann@contoso.com");

  assert.equal(reply.status, 204);
  assert.equal(read.status, 404);
  assert.deepEqual(found.body.value, []);
  assert.equal(kept?.folder, "Recoverable Items/Purges");
});
