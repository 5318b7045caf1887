import assert from "node:assert/strict";
import { test } from "node:test";
import { SourceError } from "../../shared/domain/errors.ts";
import { itemKey } from "../../shared/domain/item-key.ts";
import { collectConnector } from "../../shared/pipeline/collect-connector.ts";
import type { RunItem } from "../../shared/pipeline/ports.ts";
import { type HeldItem, memorySource } from "../fakes/memory-source.ts";
import { dies, HOUR, MINUTE, nine, world } from "../fakes/world.ts";

const wechat = { id: "wechat", collectAfter: "05:30" };
const always = () => true;

function received(...hours: number[]): HeldItem[] {
  return hours.map((hoursAgo, n) => ({
    id: `${n + 1}`,
    receivedAt: new Date(nine.getTime() - hoursAgo * HOUR),
    mediaType: "message/rfc822",
    bytes: `Subject: ${n + 1}\r\n\r\nHello`,
  }));
}

function collecting(held: HeldItem[]) {
  const ports = world();
  const source = memorySource(held);
  return {
    ...ports,
    source,
    collect: (options: { mayGoOn?: () => boolean; others?: object } = {}) =>
      collectConnector(
        wechat,
        source,
        { ...ports, ...options.others },
        { tick: ports.now(), mayGoOn: options.mayGoOn ?? always },
      ),
    async counted(runId: string): Promise<RunItem[]> {
      const items: RunItem[] = [];
      for await (const item of ports.runs.items(runId)) items.push(item);
      return items;
    },
  };
}

const RUN = "wechat-20260105T090000000Z";

test("what the source received is stored raw, with a receipt that names its hash and run", async () => {
  const { collect, blobs, ledger } = collecting(received(3));

  const result = await collect();

  const key = itemKey("wechat", "1");
  assert.deepEqual(result, { kind: "collected", windows: 1 });
  assert.equal(
    blobs.get(`raw/wechat/2026/01/05/${key}.eml`)?.toString(),
    "Subject: 1\r\n\r\nHello",
  );
  const receipt = JSON.parse(String(blobs.get(`receipts/wechat/2026/01/05/${key}.json`)));
  assert.equal(receipt.sourceItemId, "1");
  assert.equal(receipt.runId, RUN);
  assert.equal(receipt.size, 19);
  assert.match(receipt.sha256, /^[0-9a-f]{64}$/);
  assert.equal((await ledger.item(key))?.runId, RUN);
});

test("items that are known already are skipped and counted, and not read again", async () => {
  const { collect, counted, source, pass } = collecting(received(1, 0.5));
  await collect();
  source.reads.length = 0;

  pass(21 * HOUR);
  await collect();

  const [run] = [await counted("wechat-20260106T060000000Z")];
  assert.deepEqual(
    run?.map(({ tally }) => tally.skipped),
    [1, 1],
  );
  assert.deepEqual(source.reads, []);
});

test("an item is asked for by when it was received, however old its message is", async () => {
  const late: HeldItem = {
    id: "late",
    receivedAt: new Date(nine.getTime() - HOUR),
    mediaType: "message/rfc822",
    bytes: "Date: Thu, 10 Jul 2025 09:00:00 +0000\r\nSubject: late\r\n\r\nHello",
  };
  const { collect, ledger } = collecting([late]);

  await collect();

  assert.ok(await ledger.item(itemKey("wechat", "late")));
});

test("a body that ends early is never stored; the item stays pending and is asked for again", async () => {
  const { collect, source, blobs, checkpoints, counted, pass } = collecting(received(3, 2, 1));
  source.failing.set("2", new SourceError("item-unavailable", "ended-early"));

  await collect();

  const key = itemKey("wechat", "2");
  assert.equal(blobs.has(`raw/wechat/2026/01/05/${key}.eml`), false);
  assert.equal((await checkpoints.get("wechat"))?.missing?.length, 1);
  const items = await counted(RUN);
  assert.equal(items.length, 3);
  assert.ok(items.every(({ tally }) => tally.pending === 1));

  source.failing.clear();
  pass(15 * MINUTE);
  await collect();

  assert.equal(blobs.has(`raw/wechat/2026/01/05/${key}.eml`), true);
  assert.equal((await checkpoints.get("wechat"))?.missing?.length ?? 0, 0);
});

test("a source that refuses us stops its connector, which says so and goes on once it is mended", async () => {
  const { collect, source, checkpoints, log, blobs, pass } = collecting(received(3));
  source.down = new SourceError("stopped", "unauthorized");

  const refused = await collect();

  assert.deepEqual(refused, { kind: "failed", code: "stopped", detail: "unauthorized" });
  assert.equal((await checkpoints.get("wechat"))?.failure?.detail, "unauthorized");
  assert.equal((await checkpoints.get("wechat"))?.until, undefined);
  assert.equal(log.lines.at(-1)?.message, "source failed");

  source.down = undefined;
  pass(15 * MINUTE);
  await collect();

  assert.equal((await checkpoints.get("wechat"))?.failure, undefined);
  assert.equal([...blobs.keys()].filter((name) => name.startsWith("raw/")).length, 1);
});

test("a source that asks us to wait is not asked again before its time", async () => {
  const { collect, source, pass } = collecting(received(3));
  source.down = new SourceError("throttled", "too-many-requests", { retryAfterMs: HOUR });
  await collect();
  source.down = undefined;

  pass(30 * MINUTE);
  const waiting = await collect();
  pass(30 * MINUTE);
  const after = await collect();

  assert.equal(waiting.kind, "failed");
  assert.equal(after.kind, "collected");
});

test("a tick that runs out of time stops between items, and the next one goes on from there", async () => {
  const { collect, source, counted, checkpoints, pass } = collecting(received(5, 4, 3, 2, 1));
  let asked = 0;
  const mayGoOn = () => {
    asked += 1;
    return asked <= 4;
  };

  const first = await collect({ mayGoOn });
  const begun = await checkpoints.get("wechat");
  pass(15 * MINUTE);
  const second = await collect();

  assert.equal(first.kind, "unfinished");
  assert.equal(begun?.unfinished?.cursor, "2");
  assert.equal(begun?.until, undefined);
  assert.equal(second.kind, "collected");
  assert.equal((await counted(RUN)).length, 5);
  assert.equal(new Set(source.reads).size, 5);
});

for (const [step, others] of Object.entries({
  "after the raw blob": (ports: ReturnType<typeof world>) => ({
    rawStore: { ...ports.rawStore, putReceipt: dies },
  }),
  "after the receipt": (ports: ReturnType<typeof world>) => ({
    ledger: { ...ports.ledger, recordReceived: dies },
  }),
  "after the ledger": (ports: ReturnType<typeof world>) => ({
    runs: { ...ports.runs, putItems: dies },
  }),
})) {
  test(`a collector that dies ${step} loses nothing and counts nothing twice`, async () => {
    const setUp = collecting(received(2, 1));

    await assert.rejects(setUp.collect({ others: others(setUp) }), /the host died/);
    setUp.pass(15 * MINUTE);
    await setUp.collect();

    const items = await setUp.counted(RUN);
    assert.deepEqual(
      items.map(({ tally }) => tally.pending),
      [1, 1],
    );
    const receipts = [...setUp.blobs.keys()].filter((name) => name.startsWith("receipts/"));
    assert.equal(receipts.length, 2);
  });
}

test("one collector at a time: a second one leaves the connector alone", async () => {
  const setUp = collecting(received(1));
  const lease = await setUp.checkpoints.lease("wechat");
  assert.ok(lease);

  const second = await setUp.collect();

  assert.deepEqual(second, { kind: "held" });
});

test("a collector that was thought dead cannot move the checkpoint of its successor", async () => {
  const setUp = collecting(received(1));
  const slow = await setUp.checkpoints.lease("wechat");
  setUp.pass(10 * MINUTE);

  await setUp.collect();

  await assert.rejects(async () => slow?.save({ until: new Date(0) }), /taken over/);
  assert.deepEqual((await setUp.checkpoints.get("wechat"))?.until, setUp.now());
});
