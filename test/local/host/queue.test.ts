import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Bench, base64, openBench, until } from "./fixture.ts";

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.stop());

test("an entry put into a queue that was not there yet is taken, run and deleted", async (t) => {
  const { queue, start } = bench.place(t);
  const host = await start();
  await host.idle();

  await queue.create();
  await queue.sendMessage(base64('{"id":1}'));
  await until(() => host.saw("work").length === 1);
  const { deferred } = await host.idle();

  assert.deepEqual(host.saw("work")[0]?.["entry"], { id: 1 });
  assert.deepEqual(deferred, {});
  assert.equal((await queue.getProperties()).approximateMessagesCount, 0);
});

test("an entry's text is parsed as JSON whatever it is, and stays text when it is none", async (t) => {
  const { queue, start } = bench.place(t);
  await queue.create();
  const texts = ["123", "true", "null", '"quoted"', "[1,2]", "{not json", "", '\uFEFF{"a":1}'];
  for (const text of texts) {
    await queue.sendMessage(base64(text));
  }

  const host = await start();
  await until(() => host.saw("work").length === texts.length);

  const entries = host.saw("work").map((sight) => JSON.stringify(sight["entry"]));
  const expected = ["123", "true", "null", '"quoted"', "[1,2]", '"{not json"', '""'];
  assert.deepEqual(entries.sort(), [...expected, JSON.stringify('\uFEFF{"a":1}')].sort());
});

test("properties of an entry hide the queue's own metadata of the same name", async (t) => {
  const { queue, start } = bench.place(t);
  await queue.create();
  await queue.sendMessage(base64('{"id":"evil","dequeueCount":99,"LOUD":1}'));
  const { messageId } = await queue.sendMessage(base64('{"honest":true}'));

  const host = await start();
  await until(() => host.saw("work").length === 2);

  const [evil, honest] = host.saw("work").map((sight) => sight.triggerMetadata ?? {});
  assert.equal(evil?.["id"], "evil");
  assert.equal(evil?.["dequeueCount"], 99);
  assert.equal(evil?.["lOUD"], 1);
  assert.equal(honest?.["id"], messageId);
  assert.equal(honest?.["dequeueCount"], 1);
  assert.equal(honest?.["honest"], "True");
  assert.deepEqual(honest?.["queueTrigger"], { honest: true });
});

test("an entry that fails at every try is moved, unchanged, to the poison queue for 7 days", async (t) => {
  const { queue, poison, start } = bench.place(t);
  await queue.create();
  const text = base64('{"act":"fail"}');
  await queue.sendMessage(text, { messageTimeToLive: -1 });

  const host = await start();
  await until(() => poison.exists());
  await host.idle();

  const counts = host.saw("work").map((sight) => sight.triggerMetadata?.["dequeueCount"]);
  const [copy] = (await poison.peekMessages()).peekedMessageItems;
  assert.deepEqual(counts, [1, 2, 3]);
  assert.equal(copy?.messageText, text);
  assert.equal(copy?.dequeueCount, 0);
  assert.equal(copy && (copy.expiresOn.getTime() - copy.insertedOn.getTime()) / 86_400_000, 7);
  assert.equal((await queue.getProperties()).approximateMessagesCount, 0);
  assert.ok(
    host.records.some(({ message }) =>
      message.startsWith("Message has reached MaxDequeueCount of 3"),
    ),
  );
});

test("an entry that succeeds at a later try is not poison", async (t) => {
  const { queue, poison, start } = bench.place(t);
  await queue.create();
  await queue.sendMessage(base64('{"act":"fail-until","tries":3}'));

  const host = await start();
  await until(() => host.saw("work").length === 3);
  await host.idle();

  assert.equal((await queue.getProperties()).approximateMessagesCount, 0);
  assert.equal(await poison.exists(), false);
});

test("between tries an entry waits for the visibility time-out, and counts as deferred", async (t) => {
  const { queue, start } = bench.place(t);
  await queue.create();
  await queue.sendMessage(base64('{"act":"fail"}'));

  const host = await start({
    hostJson: { version: "2.0", extensions: { queues: { visibilityTimeout: "00:01:00" } } },
  });
  await until(() => host.saw("work").length === 1);
  const { deferred } = await host.idle();

  assert.deepEqual(deferred, { work: 1 });
  assert.equal(host.saw("work").length, 1);
});

test("an entry put off by its sender counts as deferred and is not waited for", async (t) => {
  const { queue, start } = bench.place(t);
  await queue.create();
  await queue.sendMessage(base64("later"), { visibilityTimeout: 600 });

  const host = await start();
  const { deferred } = await host.idle();

  assert.deepEqual(deferred, { work: 1 });
  assert.deepEqual(host.saw("work"), []);
});

test("an entry that is not base64 goes to the poison queue as it stands, and nobody runs it", async (t) => {
  const { queue, poison, start } = bench.place(t);
  await queue.create();
  await queue.sendMessage('{"bare":1}');

  const host = await start();
  await until(() => poison.exists());
  await host.idle();

  const [copy] = (await poison.peekMessages()).peekedMessageItems;
  assert.equal(copy?.messageText, '{"bare":1}');
  assert.deepEqual(host.saw("work"), []);
});

test("base64 that is not UTF-8 uses up its tries without being run, then is poison", async (t) => {
  const { queue, poison, start } = bench.place(t);
  await queue.create();
  const text = Buffer.from([0xff, 0xfe, 0xfd]).toString("base64");
  await queue.sendMessage(text);

  const host = await start();
  await until(() => poison.exists());
  await host.idle();

  const [copy] = (await poison.peekMessages()).peekedMessageItems;
  const failures = host.records.filter(({ message }) => message.includes("does not hold UTF-8"));
  assert.equal(copy?.messageText, text);
  assert.equal(failures.length, 3);
  assert.deepEqual(host.saw("work"), []);
});

test("with encoding none an entry is taken as it stands", async (t) => {
  const { queue, start } = bench.place(t);
  await queue.create();
  await queue.sendMessage('{"plain":1}');

  const host = await start({
    hostJson: { version: "2.0", extensions: { queues: { messageEncoding: "none" } } },
  });
  await until(() => host.saw("work").length === 1);

  assert.deepEqual(host.saw("work")[0]?.["entry"], { plain: 1 });
});

test("no more entries run at once than batch size and threshold allow", async (t) => {
  const { queue, start } = bench.place(t);
  await queue.create();
  for (let count = 0; count < 10; count += 1) {
    await queue.sendMessage(base64('{"act":"hold"}'));
  }

  const host = await start();
  await until(() => host.saw("work").length === 4);
  // Five looks at the queue, had the host looked.
  await sleep(100);
  const atOnce = host.saw("work").length;
  await until(async () => {
    await host.release();
    return host.saw("work").length === 10;
  });
  await host.release();
  await host.idle();

  assert.equal(atOnce, 4);
});

test("an entry that runs longer than its lease is not handed out a second time", async (t) => {
  const { queue, start } = bench.place(t);
  await queue.create();
  await queue.sendMessage(base64('{"act":"hold"}'));

  const host = await start({
    leaseMs: 1000,
    hostJson: { version: "2.0", extensions: { queues: { newBatchThreshold: 4 } } },
  });
  await until(() => host.saw("work").length === 1);
  // Two leases and a half, in which the host goes on looking for entries.
  await sleep(2500);
  await host.release();
  const { deferred } = await host.idle();

  assert.equal(host.saw("work").length, 1);
  assert.deepEqual(deferred, {});
});
