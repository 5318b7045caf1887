import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { archived, type Client, file, IMMUTABLE, standIn } from "./client.ts";

const MAILBOX = "/users/ann@contoso.com";

async function withStaging(t: TestContext): Promise<{ graph: Client; staging: string }> {
  const graph = await standIn(t);
  const made = await graph.post(`${MAILBOX}/mailFolders`, { displayName: "S", isHidden: true });
  return { graph, staging: made.body.id };
}

async function make(graph: Client, folder: string, attachments: object[] = []): Promise<string> {
  const path = `${MAILBOX}/mailFolders/${folder}/messages`;
  return (await graph.post(path, archived("k1", { attachments }), IMMUTABLE)).body.id;
}

const attach = (graph: Client, id: string, name: string) =>
  graph.post(`${MAILBOX}/messages/${id}/attachments`, file(name));
const move = (graph: Client, id: string, destinationId: string) =>
  graph.post(`${MAILBOX}/messages/${id}/move`, { destinationId });

test("a message made whole in one step was never seen by halves", async (t) => {
  const { graph } = await withStaging(t);

  await make(graph, "inbox", [file("a.txt"), file("b.txt")]);

  assert.deepEqual(await graph.control.halves(), []);
});

test("a message that was completed in a hidden folder was never seen by halves", async (t) => {
  const { graph, staging } = await withStaging(t);
  const id = await make(graph, staging);

  await attach(graph, id, "a.txt");
  await attach(graph, id, "b.txt");
  await move(graph, id, "inbox");

  assert.deepEqual(await graph.control.halves(), []);
});

test("a message whose attachments came after it was visible was seen by halves", async (t) => {
  const { graph } = await withStaging(t);
  const id = await make(graph, "inbox", [file("a.txt")]);

  await attach(graph, id, "b.txt");
  const [half, ...others] = await graph.control.halves();

  assert.deepEqual(others, []);
  assert.equal(half?.messageId, id);
  assert.equal(half?.internetMessageId, "<k1@archive.example>");
  assert.equal(half?.folder, "Inbox");
  assert.deepEqual([half?.attachmentsSeen, half?.attachmentsAtMost], [1, 2]);
});

test("a message moved before it was complete was seen by halves", async (t) => {
  const { graph, staging } = await withStaging(t);
  const id = await make(graph, staging);

  await attach(graph, id, "a.txt");
  await move(graph, id, "inbox");
  await attach(graph, id, "b.txt");

  assert.equal((await graph.control.halves()).length, 1);
});

test("half a message thrown into Deleted Items and made anew was seen by halves", async (t) => {
  const { graph, staging } = await withStaging(t);
  const id = await make(graph, staging);

  await attach(graph, id, "a.txt");
  await graph.delete(`${MAILBOX}/messages/${id}`);
  await make(graph, "inbox", [file("a.txt"), file("b.txt")]);
  const [half] = await graph.control.halves();

  assert.equal(half?.folder, "Deleted Items");
});

test("half a message that was purged from staging and made anew was never seen by halves", async (t) => {
  const { graph, staging } = await withStaging(t);
  const id = await make(graph, staging);

  await attach(graph, id, "a.txt");
  await graph.post(`${MAILBOX}/messages/${id}/permanentDelete`);
  await make(graph, "inbox", [file("a.txt"), file("b.txt")]);

  assert.deepEqual(await graph.control.halves(), []);
});

test("a folder inside a hidden one is hidden too", async (t) => {
  const { graph, staging } = await withStaging(t);
  const path = `${MAILBOX}/mailFolders/${staging}/childFolders`;
  const inner = (await graph.post(path, { displayName: "Inner" })).body.id;
  const id = await make(graph, inner);

  await attach(graph, id, "a.txt");

  assert.deepEqual(await graph.control.halves(), []);
});
