import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { QueueServiceClient } from "@azure/storage-queue";
import { type Bench, openBench, type Place, until } from "./fixture.ts";

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.stop());

test("a blob in a container that was not there yet is given whole, with its path's parameters", async (t) => {
  const { blobs, start } = bench.place(t);
  const host = await start();
  await host.idle();

  await blobs.create();
  await put(blobs, "sub/two.a.txt", "hello", { Case: "kept" });
  await until(() => host.saw("read").length === 1);
  await host.idle();

  const [sight] = host.saw("read");
  const { blobTrigger, uri, metadata, name, ext, properties } = sight?.triggerMetadata ?? {};
  assert.equal(sight?.["isBuffer"], true);
  assert.equal(sight?.["text"], "hello");
  assert.equal(blobTrigger, `${blobs.containerName}/sub/two.a.txt`);
  assert.equal(uri, blobs.getBlobClient("sub/two.a.txt").url);
  assert.deepEqual({ name, ext }, { name: "sub/two.a", ext: "txt" });
  assert.deepEqual(metadata, { case: "kept" });
  assert.deepEqual((properties as { eTag: object }).eTag, {});
});

test("a parameter of the path that looks like a number arrives as one, and the name does not", async (t) => {
  const { blobs, start } = bench.place(t);
  await blobs.create();
  await put(blobs, "123.7", "hello");

  const host = await start();
  await until(() => host.saw("read").length === 1);

  const { name, ext, blobTrigger } = host.saw("read")[0]?.triggerMetadata ?? {};
  assert.deepEqual({ name, ext }, { name: 123, ext: 7 });
  assert.equal(blobTrigger, `${blobs.containerName}/123.7`);
});

test("a blob whose name does not match the path is left alone", async (t) => {
  const { blobs, start } = bench.place(t);
  await blobs.create();
  await put(blobs, "without-extension", "hello");
  await put(blobs, "with.extension", "hello");

  const host = await start();
  await until(() => host.saw("read").length > 0);
  await host.idle();

  assert.deepEqual(names(host.saw("read")), ["with"]);
});

test("a blob is run once, also by the hosts that come after, until it is written again", async (t) => {
  const { blobs, start } = bench.place(t);
  await blobs.create();
  await put(blobs, "one.txt", "first");
  const host = await start();
  await until(() => host.saw("read").length === 1);
  await host.stop();

  const next = await start();
  await next.idle();
  const seenByNext = next.saw("read").length;
  await put(blobs, "one.txt", "second");
  await until(() => next.saw("read").length > 0);
  await next.idle();

  assert.equal(seenByNext, 0);
  assert.deepEqual(
    next.saw("read").map(({ text }) => text),
    ["second"],
  );
});

test("a blob that fails at every try is told of in the poison queue, and not tried again", async (t) => {
  const { blobs, start } = bench.place(t);
  await blobs.create();
  await put(blobs, "bad.txt", "fail");

  const host = await start();
  await host.idle();
  const { etag } = await blobs.getBlobClient("bad.txt").getProperties();
  const tries = host.saw("read").length;
  const poisoned = await takePoison();
  await host.stop();
  const next = await start();
  await next.idle();

  assert.equal(tries, 3);
  assert.deepEqual(poisoned, [
    {
      Type: "BlobTrigger",
      FunctionId: "Host.Functions.read",
      BlobType: "BlockBlob",
      ContainerName: blobs.containerName,
      BlobName: "bad.txt",
      ETag: etag,
    },
  ]);
  assert.deepEqual(next.saw("read"), []);
});

test("a blob whose machine died is held for the lease, then run again", async (t) => {
  const { blobs, start } = bench.place(t);
  await blobs.create();
  await put(blobs, "one.txt", "hold");
  const host = await start({ leaseMs: 1500 });
  await until(() => host.saw("read").length === 1);

  await host.kill();
  const { deferred } = await host.idle();
  await until(() => host.saw("read").length === 2);
  await host.release();
  await host.idle();

  assert.deepEqual(deferred, { read: 1 });
});

test("no more blobs run at once than maxDegreeOfParallelism allows", async (t) => {
  const { blobs, start } = bench.place(t);
  await blobs.create();
  for (let count = 0; count < 6; count += 1) {
    await put(blobs, `${count}.txt`, "hold");
  }

  const host = await start({
    hostJson: { version: "2.0", extensions: { blobs: { maxDegreeOfParallelism: 2 } } },
  });
  await until(() => host.saw("read").length === 2);
  const firstTwo = names(host.saw("read"));
  await host.release();
  await until(() => host.saw("read").length === 4);
  await host.release();
  await until(() => host.saw("read").length === 6);
  await host.release();
  await host.idle();

  assert.deepEqual(firstTwo, [0, 1]);
});

test("idle waits for the work that a function leaves to another", async (t) => {
  const { blobs, start } = bench.place(t);
  await blobs.create();
  for (let count = 0; count < 20; count += 1) {
    await put(blobs, `${count}.txt`, "enqueue");
  }

  const host = await start();
  await host.idle();

  assert.equal(host.saw("read").length, 20);
  assert.equal(host.saw("work").length, 20);
});

async function put(
  blobs: Place["blobs"],
  name: string,
  text: string,
  metadata: Record<string, string> = {},
): Promise<void> {
  await blobs.getBlockBlobClient(name).upload(text, text.length, { metadata });
}

function names(sights: { triggerMetadata?: Record<string, unknown> }[]): unknown[] {
  return sights.map(({ triggerMetadata }) => triggerMetadata?.["name"]).sort();
}

/** Every test's poisoned blobs lie in one queue, as on Azure. */
async function takePoison(): Promise<unknown[]> {
  const queues = QueueServiceClient.fromConnectionString(bench.azurite.connectionString);
  const queue = queues.getQueueClient("webjobs-blobtrigger-poison");
  const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 32 });
  return receivedMessageItems.map(({ messageText }) =>
    JSON.parse(Buffer.from(messageText, "base64").toString()),
  );
}
