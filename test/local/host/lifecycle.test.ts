import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Bench, base64, openBench, until } from "./fixture.ts";

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.stop());

test("an entry whose machine died comes back when its lease ends, with a try counted", async (t) => {
  const { queue, start } = bench.place(t);
  await queue.create();
  await queue.sendMessage(base64('{"act":"hold"}'));
  const host = await start({ leaseMs: 1000 });
  await until(() => host.saw("work").length === 1);

  await host.kill();
  const { deferred } = await host.idle();
  await until(() => host.saw("work").length === 2);
  await host.release();
  await host.idle();

  const counts = host.saw("work").map((sight) => sight.triggerMetadata?.["dequeueCount"]);
  assert.deepEqual(deferred, { work: 1 });
  assert.deepEqual(counts, [1, 2]);
  assert.equal((await queue.getProperties()).approximateMessagesCount, 0);
});

test("when the app's process ends by itself its neighbours lose a try too, and a new one starts", async (t) => {
  const { queue, poison, start } = bench.place(t);
  await queue.create();
  await queue.sendMessage(base64('{"act":"hold"}'));
  const host = await start({
    hostJson: {
      version: "2.0",
      extensions: { queues: { maxDequeueCount: 3, newBatchThreshold: 4 } },
    },
  });
  await until(() => host.saw("work").length === 1);

  await queue.sendMessage(base64('{"act":"crash"}'));
  await until(async () => (await poison.exists()) && !(await host.idle()).deferred["work"]);

  const texts = (await poison.peekMessages({ numberOfMessages: 32 })).peekedMessageItems;
  assert.deepEqual(
    texts.map(({ messageText }) => messageText).sort(),
    [base64('{"act":"crash"}'), base64('{"act":"hold"}')].sort(),
  );
  assert.ok(
    host.records.some(({ message }) => message.startsWith("App process ended (exit code 3)")),
  );
  assert.equal((await fetch(`${host.url}/api/health`)).status, 200);
});

test("a function that overruns functionTimeout fails, and the app's process with it", async (t) => {
  const { queue, poison, start } = bench.place(t);
  await queue.create();
  await queue.sendMessage(base64('{"act":"hold"}'));

  const host = await start({
    hostJson: {
      version: "2.0",
      functionTimeout: "00:00:01",
      extensions: { queues: { maxDequeueCount: 1 } },
    },
  });
  await until(() => poison.exists());

  assert.ok(host.records.some(({ message }) => message.startsWith("Timeout value of 1000 ms")));
  assert.ok(host.records.some(({ message }) => message.includes("(Failed, ")));
});

test("stop waits for what is running, takes nothing more, and runs the terminate hooks", async (t) => {
  const { queue, start } = bench.place(t);
  await queue.create();
  await queue.sendMessage(base64('{"act":"slow"}'));
  const host = await start({ drainMs: 10_000 });
  await until(() => host.saw("work").length === 1);

  const stopped = host.stop();
  await queue.sendMessage(base64('{"late":true}'));
  await stopped;

  const left = (await queue.peekMessages()).peekedMessageItems.map((each) => each.messageText);
  assert.deepEqual(left, [base64('{"late":true}')]);
  assert.ok(host.records.some(({ message }) => message.includes("(Succeeded, ")));
  assert.ok(host.records.some(({ message }) => message === "app terminated"));
  await assert.rejects(fetch(`${host.url}/api/health`));
});

test("what is not finished when stop gives up stays leased, as its work may be half done", async (t) => {
  const { queue, start } = bench.place(t);
  await queue.create();
  await queue.sendMessage(base64('{"act":"hold"}'));
  const host = await start({ drainMs: 1 });
  await until(() => host.saw("work").length === 1);

  await host.stop();

  assert.equal((await queue.getProperties()).approximateMessagesCount, 1);
  assert.deepEqual((await queue.peekMessages()).peekedMessageItems, []);
});

test("a preInvocation hook may replace inputs, a postInvocation hook forgive an error", async (t) => {
  const { queue, poison, start } = bench.place(t);
  await queue.create();
  await queue.sendMessage(base64("replace me"));
  await queue.sendMessage(base64('{"act":"forgive"}'));

  const host = await start();
  await until(() => host.saw("work").length === 2);
  await host.idle();

  assert.ok(host.saw("work").some(({ entry }) => entry === "replaced"));
  assert.equal((await queue.getProperties()).approximateMessagesCount, 0);
  assert.equal(await poison.exists(), false);
});

test("a log hook rewrites what the app logs, and every record says whose it is", async (t) => {
  const { queue, start } = bench.place(t);
  await queue.create();
  await queue.sendMessage(base64('{"act":"say"}'));

  const host = await start();
  await until(() => host.records.some(({ level }) => level === "warning"));

  const said = host.records.find(({ level }) => level === "warning");
  assert.equal(said?.message, "a [redacted] was said");
  assert.equal(said?.category, "Function.work.User");
  assert.equal(said?.function, "work");
  assert.match(said?.invocationId ?? "", /^[0-9a-f-]{36}$/);
  assert.ok(host.records.some(({ message }) => message === "app started"));
});

test("log records below the level that host.json sets do not come out", async (t) => {
  const { queue, start } = bench.place(t);
  await queue.create();
  await queue.sendMessage(base64('{"act":"say"}'));

  const host = await start({
    hostJson: {
      version: "2.0",
      logging: { logLevel: { default: "Error", "Function.work.User": "Warning" } },
    },
  });
  await until(() => host.records.length > 0);
  await host.idle();

  assert.deepEqual(
    host.records.map(({ category, level }) => ({ category, level })),
    [{ category: "Function.work.User", level: "warning" }],
  );
});
