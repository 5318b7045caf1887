import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { archived, type Client, file, IMMUTABLE, standIn } from "./client.ts";

const MAILBOX = "/users/ann@contoso.com";
const MIB = 1_048_576;

async function withMessage(
  t: TestContext,
  options?: Parameters<typeof standIn>[1],
): Promise<{ graph: Client; path: string }> {
  const graph = await standIn(t, options);
  const { body } = await graph.post(`${MAILBOX}/messages`, archived("k1"), IMMUTABLE);
  return { graph, path: `${MAILBOX}/messages/${body.id}/attachments` };
}

test("an attachment is given back byte by byte", async (t) => {
  const { graph, path } = await withMessage(t);
  const content = randomBytes(100_000);

  const added = await graph.post(path, file("voice.amr", content));
  const bytes = await graph.get(`${path}/${added.body.id}/$value`);
  const read = await graph.get(`${path}/${added.body.id}`);

  assert.equal(added.status, 201);
  assert.deepEqual(bytes.bytes, content);
  assert.deepEqual(Buffer.from(read.body.contentBytes, "base64"), content);
});

test("an attachment may be empty and have any name", async (t) => {
  const { graph, path } = await withMessage(t);
  const name = '会议 "纪要" 📎 a/b\\c.txt';

  await graph.post(path, file(name, ""));
  const [kept] = await graph.control.messages("ann@contoso.com");

  assert.equal(kept?.attachments[0]?.name, name);
  assert.equal(kept?.attachments[0]?.bytes, 0);
  assert.equal(kept?.attachments[0]?.sha256, createHash("sha256").update("").digest("hex"));
});

test("the size that is shown is not the number of bytes", async (t) => {
  const { graph, path } = await withMessage(t);

  const added = await graph.post(path, file("a.txt", "12345"));

  assert.ok(added.body.size > 5);
});

test("a file of 3 MiB needs a session; a little less fits one request only with a little JSON around it", async (t) => {
  const { graph, path } = await withMessage(t, { limits: { requestBytes: 8 * MIB } });

  const fits = await graph.post(path, file("a.bin", Buffer.alloc(3 * MIB - 1)));
  const over = await graph.post(path, file("b.bin", Buffer.alloc(3 * MIB)));
  await graph.control.setLimits({ requestBytes: 4 * MIB });
  const tooLong = await graph.post(path, file("c.bin", Buffer.alloc(3 * MIB - 1)));

  assert.equal(fits.status, 201);
  assert.equal(over.status, 413);
  assert.equal(tooLong.status, 413);
  assert.equal(tooLong.body.error.code, "BadRequest");
});

test("an attachment needs a name and its bytes", async (t) => {
  const { graph, path } = await withMessage(t);
  const { name, ...nameless } = file("a.txt");
  const { contentBytes, ...empty } = file("a.txt");

  assert.equal((await graph.post(path, nameless)).status, 400);
  assert.equal((await graph.post(path, empty)).status, 400);
});

test("attachments are listed ten at a time, in the order in which they came", async (t) => {
  const { graph, path } = await withMessage(t);
  for (let n = 0; n < 12; n++) {
    await graph.post(path, file(`${n}.txt`));
  }

  const first = await graph.get(`${path}?$select=name`);
  const next = await graph.raw(first.body["@odata.nextLink"], {
    headers: { Authorization: "Bearer token" },
  });

  assert.equal(first.body.value.length, 10);
  assert.deepEqual(
    next.body.value.map(({ name }: { name: string }) => name),
    ["10.txt", "11.txt"],
  );
});

test("the content id can only be selected with the cast to a file", async (t) => {
  const { graph, path } = await withMessage(t);
  await graph.post(path, { ...file("a.png"), isInline: true, contentId: "picture" });

  const bare = await graph.get(`${path}?$select=name,contentId`);
  const cast = await graph.get(`${path}?$select=name,microsoft.graph.fileAttachment/contentId`);

  assert.equal(bare.status, 400);
  assert.equal(bare.body.error.code, "RequestBroker--ParseUri");
  assert.equal(cast.body.value[0].contentId, "picture");
  assert.equal(cast.body.value[0].contentBytes, undefined);
});

test("a message takes no more attachments than the tenant's message size", async (t) => {
  const { graph, path } = await withMessage(t, { limits: { messageBytes: 10 } });

  const first = await graph.post(path, file("a.txt", "12345"));
  const second = await graph.post(path, file("b.txt", "123456"));

  assert.equal(first.status, 201);
  assert.equal(second.status, 413);
  assert.equal(second.body.error.code, "ErrorMessageSizeExceeded");
});

test("an attachment can be removed", async (t) => {
  const { graph, path } = await withMessage(t);
  const added = await graph.post(path, file("a.txt"));

  const removed = await graph.delete(`${path}/${added.body.id}`);
  const list = await graph.get(path);

  assert.equal(removed.status, 204);
  assert.deepEqual(list.body.value, []);
});

test("an attachment whose type is no header value can still be read", async (t) => {
  const { graph, path } = await withMessage(t);
  const added = await graph.post(path, { ...file("a.txt", "hello"), contentType: "文本" });

  const bytes = await graph.get(`${path}/${added.body.id}/$value`);

  assert.equal(bytes.headers.get("content-type"), "application/octet-stream");
  assert.equal(bytes.bytes.toString(), "hello");
});
