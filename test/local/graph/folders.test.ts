import assert from "node:assert/strict";
import { test } from "node:test";
import { archived, filter, standIn } from "./client.ts";

const FOLDERS = "/users/ann@contoso.com/mailFolders";
const names = (reply: { body: { value: { displayName: string }[] } }) =>
  reply.body.value.map(({ displayName }) => displayName);

test("a folder is made under the root and found by its name", async (t) => {
  const graph = await standIn(t);
  const root = await graph.get(`${FOLDERS}/msgfolderroot`);

  const made = await graph.post(FOLDERS, { displayName: "WeChat Archiver" });
  const found = await graph.get(`${FOLDERS}?${filter("displayName eq 'wechat archiver'")}`);

  assert.equal(made.status, 201);
  assert.equal(made.body.parentFolderId, root.body.id);
  assert.equal(made.body.isHidden, false);
  assert.deepEqual(names(found), ["WeChat Archiver"]);
});

test("two folders of one name in one place are refused, whatever the case and the blanks", async (t) => {
  const graph = await standIn(t);
  const made = await graph.post(FOLDERS, { displayName: "WeChat Archiver" });

  const again = await graph.post(FOLDERS, { displayName: "wechat archiver " });
  const inside = await graph.post(`${FOLDERS}/${made.body.id}/childFolders`, {
    displayName: "WeChat Archiver",
  });

  assert.equal(again.status, 409);
  assert.equal(again.body.error.code, "ErrorFolderExists");
  assert.equal(inside.status, 201);
});

test("of many folders made at once with one name, one is made", async (t) => {
  const graph = await standIn(t);

  const replies = await Promise.all(
    Array.from({ length: 4 }, () => graph.post(FOLDERS, { displayName: "WhatsApp Archiver" })),
  );

  assert.deepEqual(replies.map(({ status }) => status).sort(), [201, 409, 409, 409]);
});

test("hidden folders are left out of lists unless asked for", async (t) => {
  const graph = await standIn(t);
  await graph.post(FOLDERS, { displayName: "Staging", isHidden: true });
  const byName = filter("displayName eq 'Staging'");

  const plain = await graph.get(`${FOLDERS}?${byName}`);
  const asked = await graph.get(`${FOLDERS}?${byName}&includeHiddenFolders=true`);

  assert.deepEqual(names(plain), []);
  assert.deepEqual(names(asked), ["Staging"]);
});

test("a folder stays as hidden as it was made", async (t) => {
  const graph = await standIn(t);
  const staging = await graph.post(FOLDERS, { displayName: "Staging", isHidden: true });

  const reply = await graph.patch(`${FOLDERS}/${staging.body.id}`, { isHidden: false });

  assert.equal(reply.status, 400);
});

test("a list shows ten folders, and a next link to the others", async (t) => {
  const graph = await standIn(t);
  for (const name of ["One", "Two", "Three", "Four"]) {
    await graph.post(FOLDERS, { displayName: name });
  }

  const first = await graph.get(FOLDERS);
  const next = await graph.raw(first.body["@odata.nextLink"], {
    headers: { Authorization: "Bearer token" },
  });

  assert.equal(first.body.value.length, 10);
  assert.deepEqual(names(next), ["Four"]);
});

test("a folder is found by an extended property after its user renamed it", async (t) => {
  const graph = await standIn(t);
  const id = "String {5c34a1b6-4f0e-4b7c-9b1d-3f2a7e6d8c90} Name ArchiveFolder";
  const made = await graph.post(FOLDERS, {
    displayName: "WeChat Archiver",
    singleValueExtendedProperties: [{ id, value: "wechat" }],
  });

  await graph.patch(`${FOLDERS}/${made.body.id}`, { displayName: "My chats" });
  const found = await graph.get(
    `${FOLDERS}?${filter(`singleValueExtendedProperties/Any(ep: ep/id eq '${id}' and ep/value eq 'wechat')`)}`,
  );

  assert.deepEqual(names(found), ["My chats"]);
  assert.equal(found.body.value[0].id, made.body.id);
});

test("a well-known name stands for an id, in any case", async (t) => {
  const graph = await standIn(t);

  const inbox = await graph.get(`${FOLDERS}/Inbox`);

  assert.equal(inbox.body.displayName, "Inbox");
});

test("a word that is no id is malformed; another mailbox's id is not found", async (t) => {
  const graph = await standIn(t);
  const other = await graph.get("/users/bob@contoso.com/mailFolders/inbox");

  const word = await graph.get(`${FOLDERS}/wechat`);
  const id = await graph.get(`${FOLDERS}/${other.body.id}`);

  assert.deepEqual([word.status, word.body.error.code], [400, "ErrorInvalidIdMalformed"]);
  assert.deepEqual([id.status, id.body.error.code], [404, "ErrorItemNotFound"]);
});

test("a deleted folder lies under Deleted Items with what it held, and its name is free again", async (t) => {
  const graph = await standIn(t);
  const made = await graph.post(FOLDERS, { displayName: "WeChat Archiver" });
  await graph.post(`${FOLDERS}/${made.body.id}/messages`, archived("k1"));
  const deletedItems = await graph.get(`${FOLDERS}/deleteditems`);

  const deleted = await graph.delete(`${FOLDERS}/${made.body.id}`);
  const after = await graph.get(`${FOLDERS}/${made.body.id}`);
  const anew = await graph.post(FOLDERS, { displayName: "WeChat Archiver" });

  assert.equal(deleted.status, 204);
  assert.equal(after.body.parentFolderId, deletedItems.body.id);
  assert.equal(after.body.totalItemCount, 1);
  assert.equal(anew.status, 201);
});

test("a folder deleted from Deleted Items is gone, and so are its messages", async (t) => {
  const graph = await standIn(t);
  const made = await graph.post(FOLDERS, { displayName: "WeChat Archiver" });
  const message = await graph.post(`${FOLDERS}/${made.body.id}/messages`, archived("k1"));

  await graph.delete(`${FOLDERS}/${made.body.id}`);
  await graph.delete(`${FOLDERS}/${made.body.id}`);
  const folder = await graph.get(`${FOLDERS}/${made.body.id}`);
  const item = await graph.get(`/users/ann@contoso.com/messages/${message.body.id}`);

  assert.equal(folder.body.error.code, "ErrorItemNotFound");
  assert.equal(item.body.error.code, "ErrorItemNotFound");
});

test("a folder keeps its id when it is moved", async (t) => {
  const graph = await standIn(t);
  const made = await graph.post(FOLDERS, { displayName: "WeChat Archiver" });

  const moved = await graph.post(`${FOLDERS}/${made.body.id}/move`, { destinationId: "archive" });
  const children = await graph.get(`${FOLDERS}/archive/childFolders`);

  assert.equal(moved.status, 201);
  assert.equal(moved.body.id, made.body.id);
  assert.deepEqual(names(children), ["WeChat Archiver"]);
});

test("a well-known folder cannot be deleted", async (t) => {
  const graph = await standIn(t);

  const reply = await graph.delete(`${FOLDERS}/inbox`);

  assert.equal(reply.status, 403);
});

test("a folder counts what it holds and what is unread", async (t) => {
  const graph = await standIn(t);
  await graph.post(`${FOLDERS}/inbox/messages`, archived("k1", { isRead: false }));
  await graph.post(`${FOLDERS}/inbox/messages`, archived("k2", { isRead: true }));

  const inbox = await graph.get(`${FOLDERS}/inbox?$select=totalItemCount,unreadItemCount`);

  assert.equal(inbox.body.totalItemCount, 2);
  assert.equal(inbox.body.unreadItemCount, 1);
});
