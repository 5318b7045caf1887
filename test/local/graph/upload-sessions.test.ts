import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import type { GraphOptions } from "../../../local/graph/options.ts";
import { archived, type Client, file, IMMUTABLE, type Reply, standIn } from "./client.ts";

const MAILBOX = "/users/ann@contoso.com";
const MIB = 1_048_576;
const RANGE = 3_276_800;

interface World {
  readonly graph: Client;
  readonly path: string;
  /** Asks for a session; the body's `AttachmentItem` with changes. */
  create(change?: object): Promise<Reply>;
  put(url: string, content: Buffer, first: number, last: number, headers?: object): Promise<Reply>;
}

async function world(t: TestContext, options?: GraphOptions): Promise<World> {
  const graph = await standIn(t, options);
  const { body } = await graph.post(`${MAILBOX}/messages`, archived("k1"), IMMUTABLE);
  const path = `${MAILBOX}/messages/${body.id}/attachments`;
  return {
    graph,
    path,
    create: (change = {}) =>
      graph.post(`${path}/createUploadSession`, {
        AttachmentItem: { attachmentType: "file", name: "video.mp4", size: 4 * MIB, ...change },
      }),
    put: (url, content, first, last, headers = {}) =>
      graph.raw(url, {
        method: "PUT",
        headers: { "Content-Range": `bytes ${first}-${last}/${content.length}`, ...headers },
        body: content.subarray(first, last + 1),
      }),
  };
}

test("a file goes up range by range, without a bearer token, and arrives byte by byte", async (t) => {
  const { graph, path, create, put } = await world(t);
  const content = randomBytes(2 * RANGE + 5);

  const session = await create({ size: content.length, contentType: "video/mp4" });
  const url = session.body.uploadUrl;
  const first = await put(url, content, 0, RANGE - 1);
  const second = await put(url, content, RANGE, 2 * RANGE - 1);
  const last = await put(url, content, 2 * RANGE, content.length - 1);
  const list = await graph.get(`${path}?$select=name,contentType`);
  const bytes = await graph.get(`${path}/${list.body.value[0].id}/$value`);

  assert.deepEqual(
    [session.status, first.status, second.status, last.status],
    [201, 200, 200, 201],
  );
  assert.match(last.headers.get("location") ?? "", /\/Attachments\('[^']+'\)$/);
  assert.equal(last.bytes.length, 0);
  assert.equal(list.body.value[0].contentType, "video/mp4");
  assert.equal(
    createHash("sha256").update(bytes.bytes).digest("hex"),
    createHash("sha256").update(content).digest("hex"),
  );
});

test("the session says where to go on in small letters, each range in capitals and bare", async (t) => {
  const { graph, create, put } = await world(t);
  const content = Buffer.alloc(4 * MIB);

  const session = await create();
  const range = await put(session.body.uploadUrl, content, 0, RANGE - 1);
  const asked = await graph.raw(session.body.uploadUrl);

  assert.deepEqual(session.body.nextExpectedRanges, ["0-"]);
  assert.deepEqual(range.body.NextExpectedRanges, [String(RANGE)]);
  assert.equal(range.body.nextExpectedRanges, undefined);
  assert.deepEqual(asked.body.nextExpectedRanges, [`${RANGE}-`]);
});

test("a message has no attachment before its last range", async (t) => {
  const { graph, path, create, put } = await world(t);
  const session = await create();

  await put(session.body.uploadUrl, Buffer.alloc(4 * MIB), 0, RANGE - 1);
  const list = await graph.get(path);

  assert.deepEqual(list.body.value, []);
});

test("a range out of order, or sent again, is refused and nothing is lost", async (t) => {
  const { graph, create, put } = await world(t);
  const content = Buffer.alloc(4 * MIB);
  const { uploadUrl } = (await create()).body;

  const ahead = await put(uploadUrl, content, MIB, 2 * MIB - 1);
  await put(uploadUrl, content, 0, MIB - 1);
  const again = await put(uploadUrl, content, 0, MIB - 1);
  const status = await graph.raw(uploadUrl);

  assert.equal(ahead.status, 416);
  assert.equal(again.status, 416);
  assert.deepEqual(status.body.nextExpectedRanges, [`${MIB}-`]);
});

test("a Content-Range that does not fit the body or the session is refused", async (t) => {
  const { create, put } = await world(t);
  const content = Buffer.alloc(4 * MIB);
  const { uploadUrl } = (await create()).body;
  const ranges = ["bytes 0-9/4194304", "bytes 0-1048575/5000000", "bytes 0-/4194304", "0-1048575"];

  for (const range of ranges) {
    const reply = await put(uploadUrl, content, 0, MIB - 1, { "Content-Range": range });

    assert.equal(reply.status, 400, range);
  }
});

test("a range of 4 MiB is taken, a longer one is too large", async (t) => {
  const { create, put } = await world(t);
  const content = Buffer.alloc(8 * MIB);
  const { uploadUrl } = (await create({ size: content.length })).body;

  const over = await put(uploadUrl, content, 0, 4 * MIB);
  const most = await put(uploadUrl, content, 0, 4 * MIB - 1);

  assert.equal(over.status, 413);
  assert.equal(most.status, 200);
});

test("a file below 3 MiB may not have a session, one above 150 MiB neither", async (t) => {
  const { create } = await world(t);

  const small = await create({ size: 3 * MIB - 1 });
  const smallest = await create({ size: 3 * MIB });
  const largest = await create({ size: 150 * MIB });
  const large = await create({ size: 150 * MIB + 1 });

  assert.equal(small.body.error.code, "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize");
  assert.deepEqual(
    [small.status, smallest.status, largest.status, large.status],
    [400, 201, 201, 413],
  );
});

test("only files have sessions", async (t) => {
  const { create } = await world(t);

  const reply = await create({ attachmentType: "item" });

  assert.equal(reply.status, 405);
  assert.equal(reply.body.error.code, "ErrorAttachmentSessionIsSupportedOnlyForFileAttachments");
});

test("the parameter is called AttachmentItem, and holds what Graph knows", async (t) => {
  const { graph, path, create } = await world(t);
  const item = { attachmentType: "file", name: "a", size: 4 * MIB };

  const misspelt = await graph.post(`${path}/createUploadSession`, { attachmentItem: item });
  const unknown = await create({ sha256: "" });
  const nameless = await create({ name: "" });

  assert.deepEqual([misspelt.status, unknown.status, nameless.status], [400, 400, 400]);
});

test("Graph's own token on an upload URL is refused: it would leak to another host", async (t) => {
  const { create, put } = await world(t);
  const { uploadUrl } = (await create()).body;

  const reply = await put(uploadUrl, Buffer.alloc(4 * MIB), 0, MIB - 1, {
    Authorization: "Bearer token",
  });

  assert.equal(reply.status, 401);
  assert.match(reply.body.error.message, /audience/);
});

test("an upload URL whose token was altered is refused", async (t) => {
  const { create, put } = await world(t);
  const { uploadUrl } = (await create()).body;

  const reply = await put(`${uploadUrl}x`, Buffer.alloc(4 * MIB), 0, MIB - 1);

  assert.equal(reply.status, 401);
});

test("a session ends when its time is over", async (t) => {
  let now = new Date("2026-05-01T10:00:00Z");
  const { create, put } = await world(t, { now: () => now });
  const { uploadUrl, expirationDateTime } = (await create()).body;

  now = new Date(expirationDateTime);
  const reply = await put(uploadUrl, Buffer.alloc(4 * MIB), 0, MIB - 1);

  assert.equal(reply.status, 401);
});

test("a cancelled or finished session is not found", async (t) => {
  const { graph, create, put } = await world(t);
  const cancelled = (await create()).body.uploadUrl;
  const finished = (await create()).body.uploadUrl;
  await put(finished, Buffer.alloc(4 * MIB), 0, 4 * MIB - 1);

  const cancel = await graph.raw(cancelled, { method: "DELETE" });
  const afterCancel = await graph.raw(cancelled);
  const afterFinish = await graph.raw(finished);

  assert.equal(cancel.status, 204);
  assert.equal(afterCancel.status, 404);
  assert.equal(afterFinish.status, 404);
});

test("a message that grows too large is refused at the last range", async (t) => {
  const { graph, path, create, put } = await world(t, { limits: { messageBytes: 4 * MIB } });
  await graph.post(path, file("a.txt", "1"));
  const content = Buffer.alloc(4 * MIB);
  const { uploadUrl } = (await create()).body;

  const first = await put(uploadUrl, content, 0, MIB - 1);
  const last = await put(uploadUrl, content, MIB, 4 * MIB - 1);

  assert.equal(first.status, 200);
  assert.equal(last.status, 413);
  assert.equal(last.body.error.code, "ErrorMessageSizeExceeded");
});

test("a session outlives a move of its message, and not the message", async (t) => {
  const { graph, path, create, put } = await world(t);
  const content = Buffer.alloc(4 * MIB);
  const message = path.replace("/attachments", "");
  const { uploadUrl } = (await create()).body;

  await graph.post(`${message}/move`, { destinationId: "archive" });
  const moved = await put(uploadUrl, content, 0, MIB - 1);
  await graph.control.reset();
  const gone = await put(uploadUrl, content, MIB, 2 * MIB - 1);

  assert.equal(moved.status, 200);
  assert.equal(gone.status, 404);
});
