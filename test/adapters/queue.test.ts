import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import type { QueueClient } from "@azure/storage-queue";
import { type Azurite, startAzurite } from "../../local/azurite.ts";
import { storagePoisonQueues } from "../../shared/adapters/poison-queues.ts";
import { decodeEntry, storageQueue } from "../../shared/adapters/queue.ts";
import { queueService } from "../../shared/adapters/storage-clients.ts";
import { ImportJob } from "../../shared/pipeline/import-job.ts";
import { nine } from "../fakes/world.ts";

let azurite: Azurite;
let jobs: QueueClient;
let poison: QueueClient;
let blobs: QueueClient;

before(async () => {
  azurite = await startAzurite();
  const service = queueService({ connectionString: azurite.connectionString });
  jobs = service.getQueueClient("import-jobs");
  poison = service.getQueueClient("import-jobs-poison");
  blobs = service.getQueueClient("webjobs-blobtrigger-poison");
  await Promise.all([jobs.create(), poison.create()]);
});
after(() => azurite.stop());
beforeEach(async () => {
  await Promise.all([jobs.clearMessages(), poison.clearMessages()]);
});

const job = ImportJob.parse({
  v: 1,
  connector: "wechat",
  itemKey: "i-00112233445566778899aabbccddeeff",
  mailbox: "6f1c1d2e-0000-4000-8000-000000000001",
  email: { container: "raw", blob: "wechat/2026/01/05/x.eml" },
  runId: "wechat-20260105T090000000Z",
  traceparent: "",
  deferrals: 0,
});
const reason = { code: "oversize" as const, detail: "x", at: nine, tries: 1 };

/** Beyond the seven days that Azure gives an entry which says nothing: it never expires. */
const NEVER = new Date("9999-01-01T00:00:00Z");

test("a job lies in the queue as base64 of its JSON, and never expires", async () => {
  await storageQueue({ jobs, poison }).add(job);

  const [entry] = (await jobs.peekMessages()).peekedMessageItems;
  const text = Buffer.from(String(entry?.messageText), "base64").toString();
  assert.deepEqual(JSON.parse(text), job);
  assert.ok(Number(entry?.expiresOn) > NEVER.getTime());
});

test("a deferred job is out of sight for as long as it was put off, with one deferral more, and never expires", async () => {
  const queue = storageQueue({ jobs, poison });

  await queue.defer(job, 3_600_000);

  assert.equal((await jobs.receiveMessages()).receivedMessageItems.length, 0);
  assert.equal(await queue.depth(), 1);
  await queue.defer(job, 0);
  const [visible] = (await jobs.receiveMessages()).receivedMessageItems;
  assert.equal(decodeEntry(String(visible?.messageText))?.["deferrals"], 1);
  assert.ok(Number(visible?.expiresOn) > NEVER.getTime());
});

test("a poison entry is the job with its reason, and never expires", async () => {
  await storageQueue({ jobs, poison }).poison(job, reason);

  const [entry] = (await poison.peekMessages()).peekedMessageItems;
  assert.deepEqual(decodeEntry(String(entry?.messageText)), {
    ...job,
    reason: { ...reason, at: nine.toISOString() },
  });
  assert.ok(Number(entry?.expiresOn) > NEVER.getTime());
});

test("a poison entry is removed by what the ledger noted of it; once received by another, it is not", async () => {
  const queues = storagePoisonQueues({ jobs: poison, blobs });
  const noted = await storageQueue({ jobs, poison }).poison(job, reason);
  const other = await storageQueue({ jobs, poison }).poison(job, reason);

  await poison.receiveMessages({ numberOfMessages: 32, visibilityTimeout: 1 });
  const stale = await queues.remove("jobs", noted);
  await poison.clearMessages();
  const again = await storageQueue({ jobs, poison }).poison(job, reason);
  const fresh = await queues.remove("jobs", again);

  assert.equal(stale, false);
  assert.equal(fresh, true);
  assert.equal(await queues.remove("jobs", other), false);
});

test("entries of all makes are received: ours, and what the host left bare or undecodable", async () => {
  const queues = storagePoisonQueues({ jobs: poison, blobs });
  await storageQueue({ jobs, poison }).poison(job, reason);
  await poison.sendMessage(Buffer.from(JSON.stringify(job)).toString("base64"));
  await poison.sendMessage("not base64 {");
  await poison.sendMessage("123");

  const entries = await queues.receive("jobs");

  assert.deepEqual(
    entries.map(({ entry }) => [entry?.["itemKey"], entry?.["reason"] !== undefined]),
    [
      [job.itemKey, true],
      [job.itemKey, false],
      [undefined, false],
      [undefined, false],
    ],
  );
});

test("a poison queue that the host never needed is empty, and no error", async () => {
  const queues = storagePoisonQueues({ jobs: poison, blobs });

  assert.deepEqual(await queues.receive("blobs"), []);
  assert.equal(await queues.depth("blobs"), 0);
});
