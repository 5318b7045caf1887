import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { archived, type Client, file, filter, IMMUTABLE, KEY, standIn } from "./client.ts";

const MAILBOX = "/users/ann@contoso.com";
const INBOX = `${MAILBOX}/mailFolders/inbox/messages`;
const byKey = (value: string, id = KEY) =>
  filter(`singleValueExtendedProperties/Any(ep: ep/id eq '${id}' and ep/value eq '${value}')`);
const subjects = (reply: { body: { value: { subject: string }[] } }) =>
  reply.body.value.map(({ subject }) => subject);

async function withMessages(t: TestContext, ...keys: string[]): Promise<Client> {
  const graph = await standIn(t);
  for (const key of keys) {
    await graph.post(INBOX, archived(key));
  }
  return graph;
}

test("a message is found by its internet message id, at once, angle brackets and all", async (t) => {
  const graph = await withMessages(t, "k1", "k2");

  const reply = await graph.get(
    `${INBOX}?${filter("internetMessageId eq '<k2@archive.example>'")}`,
  );

  assert.deepEqual(subjects(reply), ["Message k2"]);
});

test("a message is found by its key: the value in any case, the name only in its own", async (t) => {
  const graph = await withMessages(t, "abc", "abd");

  const sameName = await graph.get(`${INBOX}?${byKey("ABC")}`);
  const otherName = await graph.get(`${INBOX}?${byKey("abc", KEY.replace("Archive", "archive"))}`);
  const sameGuid = await graph.get(`${INBOX}?${byKey("abc", KEY.replace("5c34a1b6", "5C34A1B6"))}`);

  assert.deepEqual(subjects(sameName), ["Message abc"]);
  assert.deepEqual(subjects(otherName), []);
  assert.deepEqual(subjects(sameGuid), ["Message abc"]);
});

test("a look-up in one folder does not see another; one in the mailbox sees both", async (t) => {
  const graph = await withMessages(t, "k1");
  await graph.post(`${MAILBOX}/messages`, archived("k1"));

  const inbox = await graph.get(`${INBOX}?${byKey("k1")}`);
  const all = await graph.get(`${MAILBOX}/messages?${byKey("k1")}`);

  assert.equal(inbox.body.value.length, 1);
  assert.equal(all.body.value.length, 2);
});

test("two tests can be joined", async (t) => {
  const graph = await withMessages(t, "k1", "k2");
  const both = "isRead eq true and internetMessageId eq '<k1@archive.example>'";

  const reply = await graph.get(`${INBOX}?${filter(both)}`);
  const none = await graph.get(`${INBOX}?${filter(both.replace("true", "false"))}`);

  assert.deepEqual(subjects(reply), ["Message k1"]);
  assert.deepEqual(subjects(none), []);
});

test("messages cannot be filtered by id or recipient", async (t) => {
  const graph = await standIn(t);

  for (const question of ["id eq 'x'", "toRecipients/any(r: r eq 'bob@contoso.com')"]) {
    const reply = await graph.get(`${INBOX}?${filter(question)}`);

    assert.equal(reply.status, 400);
    assert.equal(reply.body.error.code, "ErrorInvalidUrlQueryFilter");
  }
});

test("a filter that cannot be read is refused", async (t) => {
  const graph = await standIn(t);

  for (const question of ["subject eq", "subject = 'x'", "(isRead eq true", "subject eq 'a' x"]) {
    const reply = await graph.get(`${INBOX}?${filter(question)}`);

    assert.equal(reply.status, 400, question);
  }
});

test("a filtered list is only ordered by what the filter begins with", async (t) => {
  const graph = await withMessages(t, "k1");

  const refused = await graph.get(
    `${INBOX}?${filter("isRead eq true")}&$orderby=receivedDateTime desc`,
  );
  const served = await graph.get(
    `${INBOX}?${filter("receivedDateTime ge 2026-01-01T00:00:00Z and isRead eq true")}&$orderby=receivedDateTime desc`,
  );

  assert.equal(refused.body.error.code, "InefficientFilter");
  assert.deepEqual(subjects(served), ["Message k1"]);
});

test("a list comes newest first, ten at a time, and counts when asked", async (t) => {
  const graph = await standIn(t);
  for (let n = 10; n < 22; n++) {
    const received = [{ id: "SystemTime 0x0E06", value: `2026-03-04T05:06:${n}Z` }];
    await graph.post(INBOX, { subject: `${n}`, singleValueExtendedProperties: received });
  }

  const first = await graph.get(`${INBOX}?$count=true&$select=subject`);
  const next = await graph.raw(first.body["@odata.nextLink"], {
    headers: { Authorization: "Bearer token" },
  });

  assert.equal(first.body["@odata.count"], 12);
  assert.equal(first.body.value.length, 10);
  assert.equal(first.body.value[0].subject, "21");
  assert.deepEqual(subjects(next), ["11", "10"]);
});

test("$select leaves the rest out but the id", async (t) => {
  const graph = await withMessages(t, "k1");

  const reply = await graph.get(`${INBOX}?$select=internetMessageId`);

  const [{ id, "@odata.etag": etag, ...rest }] = reply.body.value;
  assert.ok(id && etag);
  assert.deepEqual(rest, { internetMessageId: "<k1@archive.example>" });
});

test("extended properties are read by expanding the ones named", async (t) => {
  const graph = await withMessages(t, "k1");
  const { body } = await graph.get(INBOX);
  const path = `${MAILBOX}/messages/${body.value[0].id}`;
  const ids = encodeURIComponent(
    `id eq '${KEY}' or id eq 'Integer 0x0E07' or id eq 'String 0x4001'`,
  );

  const reply = await graph.get(`${path}?$expand=singleValueExtendedProperties($filter=${ids})`);
  const unfiltered = await graph.get(`${path}?$expand=singleValueExtendedProperties`);

  assert.deepEqual(reply.body.singleValueExtendedProperties, [
    { id: KEY, value: "k1" },
    { id: "Integer 0x0E07", value: "1" },
  ]);
  assert.equal(unfiltered.status, 400);
});

test("attachments are read by expanding them, without their bytes when so selected", async (t) => {
  const graph = await standIn(t);
  const { body } = await graph.post(INBOX, archived("k1", { attachments: [file("a.txt", "A")] }));

  const reply = await graph.get(
    `${MAILBOX}/messages/${body.id}?$select=id&$expand=attachments($select=name,size)`,
  );

  const [{ name, contentBytes }] = reply.body.attachments;
  assert.equal(name, "a.txt");
  assert.equal(contentBytes, undefined);
});

test("a message is read by its immutable id and by its ordinary one", async (t) => {
  const graph = await standIn(t);
  const made = await graph.post(INBOX, archived("k1"), IMMUTABLE);

  const ordinary = await graph.get(`${MAILBOX}/messages/${made.body.id}`);
  const immutable = await graph.get(`${MAILBOX}/messages/${ordinary.body.id}`, IMMUTABLE);

  assert.notEqual(ordinary.body.id, made.body.id);
  assert.equal(immutable.body.id, made.body.id);
  assert.equal(immutable.headers.get("preference-applied"), 'IdType="ImmutableId"');
});

test("a message is not found through a folder it does not lie in", async (t) => {
  const graph = await standIn(t);
  const { body } = await graph.post(INBOX, archived("k1"));

  const reply = await graph.get(`${MAILBOX}/mailFolders/drafts/messages/${body.id}`);

  assert.equal(reply.status, 404);
});
