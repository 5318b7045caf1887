import assert from "node:assert/strict";
import { test } from "node:test";
import { receiptName } from "../../shared/domain/blob-names.ts";
import { ImportJob } from "../../shared/pipeline/import-job.ts";
import { LEASE_MS } from "../../shared/pipeline/ledger.ts";
import { mendPoison } from "../../shared/pipeline/mend-poison.ts";
import type { PoisonEntry, PoisonQueues } from "../../shared/pipeline/ports.ts";
import { receipt } from "../contracts/blobs.contract.ts";
import { mailItem, throttled, world } from "../fakes/world.ts";

const job = ImportJob.parse({
  v: 1,
  connector: "wechat",
  itemKey: receipt.itemKey,
  mailbox: "6f1c1d2e-0000-4000-8000-000000000001",
  email: receipt.raw,
  runId: receipt.runId,
  traceparent: "",
  deferrals: 0,
});
const RECEIPT = receiptName("wechat", new Date(receipt.receivedAt), receipt.itemKey);
const blobEntry = {
  Type: "BlobTrigger",
  FunctionId: "Host.Functions.convert",
  BlobType: "BlockBlob",
  ContainerName: "receipts",
  BlobName: RECEIPT,
  ETag: '"0x1"',
};

/** Poison queues that hold what the host left there. */
function poisonWorld(left: { jobs?: unknown[]; blobs?: unknown[] }) {
  const ports = world();
  const held: PoisonEntry[] = (["jobs", "blobs"] as const).flatMap((queue) =>
    (left[queue] ?? []).map((entry, n) => ({
      queue,
      messageId: `${queue}${n}`,
      popReceipt: "p",
      text: typeof entry === "string" ? entry : JSON.stringify(entry),
      ...(typeof entry === "object" && entry !== null && { entry: { ...entry } }),
    })),
  );
  const poison: PoisonQueues = {
    receive: async (queue) => held.filter((it) => it.queue === queue),
    putBack: async () => ({ messageId: "", popReceipt: "" }),
    async remove(_queue, { messageId }) {
      held.splice(
        held.findIndex((it) => it.messageId === messageId),
        1,
      );
      return true;
    },
    depth: async () => held.length,
  };
  const all = { ...ports, poison, prepare: async () => mailItem(job) };
  return { ...all, held, mend: (change = {}) => mendPoison({ ...all, ...change }, () => true) };
}

test("a job that its host gave up gets a code, and the ledger counts it", async () => {
  const { mend, held, queue, ledger } = poisonWorld({ jobs: [job] });

  assert.equal(await mend(), 1);

  assert.deepEqual(held, []);
  assert.equal(queue.poisoned[0]?.reason.code, "tries-exhausted");
  assert.deepEqual(queue.poisoned[0]?.entry, job);
  assert.equal((await ledger.deliveries(job.itemKey))[0]?.state, "rejected");
});

test("a job whose host died after the write is finished, not set aside", async () => {
  const { mend, held, queue, ledger, mailboxes, now, pass } = poisonWorld({ jobs: [job] });
  await ledger.claim(job, now());
  await mailboxes.add(job, mailItem(job));
  pass(LEASE_MS);

  await mend();

  assert.deepEqual(held, []);
  assert.deepEqual(queue.poisoned, []);
  assert.equal((await ledger.deliveries(job.itemKey))[0]?.state, "imported");
});

test("a job whose mailbox cannot be asked now stays as it is until it can", async () => {
  const { mend, held, queue, ledger, mailboxes, now, pass } = poisonWorld({ jobs: [job] });
  await ledger.claim(job, now());
  pass(LEASE_MS);

  await mend({ mailboxes: { ...mailboxes, find: throttled(1_000) } });

  assert.equal(held.length, 1);
  assert.deepEqual(queue.poisoned, []);
});

test("a coded entry is left alone", async () => {
  const coded = { ...job, reason: { code: "oversize", detail: "", at: "", tries: 1 } };
  const { mend, held, queue } = poisonWorld({ jobs: [coded] });

  assert.equal(await mend(), 0);

  assert.equal(held.length, 1);
  assert.deepEqual(queue.poisoned, []);
});

test("an entry that nobody understands keeps its text and gets a code", async () => {
  const { mend, queue } = poisonWorld({ jobs: ["not base64, not JSON"] });

  await mend();

  assert.equal(queue.poisoned[0]?.reason.code, "malformed");
  assert.deepEqual(queue.poisoned[0]?.entry, { bare: "not base64, not JSON" });
});

test("a conversion that the host gave up is started again, five times in all, then set aside", async () => {
  const left = { blobs: [blobEntry] };
  const setUp = poisonWorld(left);
  await setUp.rawStore.putReceipt(RECEIPT, receipt);

  for (let round = 1; round <= 5; round += 1) {
    if (round > 1) setUp.held.push({ ...setUp.held[0], ...entryOf(blobEntry) });
    await setUp.mend();
  }

  const receipts = [...setUp.blobs.keys()].filter((name) => name.startsWith("receipts/"));
  assert.equal(receipts.length, 5);
  assert.deepEqual(setUp.held, []);
  assert.equal(setUp.queue.poisoned.length, 1);
  assert.equal(setUp.queue.poisoned[0]?.reason.code, "tries-exhausted");
  assert.equal((await setUp.ledger.item(receipt.itemKey))?.state, "rejected");
});

test("an entry of our function that names no receipt gets a code; another app's is left alone", async () => {
  const odd = { ...blobEntry, BlobName: "123" };
  const foreign = { ...odd, FunctionId: "Host.Functions.thumbnails" };
  const { mend, held, queue } = poisonWorld({ blobs: [odd, foreign] });

  await mend();

  assert.deepEqual(
    held.map(({ messageId }) => messageId),
    ["blobs1"],
  );
  assert.equal(queue.poisoned[0]?.reason.detail, "not-a-receipt");
});

test("a conversion that has ended meanwhile needs no entry", async () => {
  const { mend, held, rawStore, ledger, now, queue } = poisonWorld({ blobs: [blobEntry] });
  await rawStore.putReceipt(RECEIPT, receipt);
  await ledger.recordItem(receipt.itemKey, { state: "converted", changedAt: now() });

  await mend();

  assert.deepEqual(held, []);
  assert.deepEqual(queue.poisoned, []);
});

function entryOf(entry: object): PoisonEntry {
  return { queue: "blobs", messageId: "again", popReceipt: "p", text: "", entry: { ...entry } };
}

for (const [what, bytes, detail] of [
  ["that is not there", undefined, "receipt-missing"],
  ["that is none", "hello ann@contoso.com", "receipt-unreadable"],
] as const) {
  test(`a conversion whose receipt is one ${what} gets a code, and keeps nothing else from its turn`, async () => {
    const { mend, held, queue, log, blobs } = poisonWorld({ blobs: [blobEntry] });
    if (bytes) blobs.set(`receipts/${RECEIPT}`, Buffer.from(bytes));

    assert.equal(await mend(), 1);

    assert.deepEqual(held, []);
    assert.equal(queue.poisoned.length, 1);
    assert.deepEqual(queue.poisoned[0]?.reason.code, "malformed");
    assert.deepEqual(queue.poisoned[0]?.reason.detail, detail);
    assert.doesNotMatch(JSON.stringify(log), /contoso/);
  });
}
