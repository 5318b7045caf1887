import assert from "node:assert/strict";
import { test } from "node:test";
import { ownHostJson } from "../../../bench/harness/archiver-host.ts";
import { virtualClock } from "../../../bench/model/clock.ts";
import { functionsHost, queueSettings } from "../../../bench/model/functions-host.ts";
import { modelQueue } from "../../../bench/model/job-queue.ts";
import { jobSet } from "../../../bench/model/job-set.ts";
import { modelStorage } from "../../../bench/model/storage.ts";

const jobs = (count: number) => jobSet(count, () => "ann");
const settings = (batchSize: number, newBatchThreshold: number) => ({
  ...{ batchSize, newBatchThreshold, maxPollingIntervalMs: 30_000 },
});

function hostWorld(count: number) {
  const clock = virtualClock(new Date("2026-01-05T05:30:00Z"));
  return { clock, queue: modelQueue(jobs(count), { clock, storage: modelStorage(clock) }) };
}

/** One instance with so many entries, each of which takes a second, but the first: it takes ten. */
async function worked(count: number, batchSize: number, newBatchThreshold: number) {
  const { clock, queue } = hostWorld(count);
  const spans: { from: number; until: number }[] = [];
  let most = 0;
  let atWork = 0;
  const host = functionsHost(queue, settings(batchSize, newBatchThreshold), {
    clock,
    isDone: () => spans.length === count,
    async handle({ job }) {
      atWork += 1;
      most = Math.max(most, atWork);
      const from = clock.elapsed();
      await clock.sleep(jobs(count).numberOf(job) === 0 ? 10_000 : 1_000);
      spans.push({ from, until: clock.elapsed() });
      atWork -= 1;
    },
  });
  await Promise.all([host.run(), clock.run()]);
  return { spans, most };
}

test("an instance works on no more than a batch and the threshold together", async () => {
  assert.equal((await worked(40, 4, 4)).most, 8);
  assert.equal((await worked(40, 8, 0)).most, 8);
  assert.equal((await worked(40, 8, 8)).most, 16);
});

test("without a threshold the next batch waits for the slowest of the last", async () => {
  const { spans } = await worked(16, 8, 0);

  const begun = spans.filter(({ from }) => from < 10_000);
  assert.equal(begun.length, 8);
});

test("with a threshold a slow entry holds up nobody", async () => {
  const { spans } = await worked(16, 4, 4);

  const slowest = Math.max(...spans.map(({ until }) => until));
  assert.equal(spans.filter(({ from }) => from < 5_000).length, 16);
  assert.ok(slowest >= 10_000);
});

test("every entry is handed out once", async () => {
  const { clock, queue } = hostWorld(50);
  const seen: number[] = [];
  const host = () =>
    functionsHost(queue, settings(4, 4), {
      clock,
      isDone: () => seen.length === 50,
      async handle({ job }) {
        await clock.sleep(10);
        seen.push(jobs(50).numberOf(job));
      },
    });

  await Promise.all([host().run(), host().run(), clock.run()]);

  assert.deepEqual(
    seen.toSorted((a, b) => a - b),
    Array.from({ length: 50 }, (_, n) => n),
  );
});

test("an empty queue is asked ever more seldom, up to the longest pause", async () => {
  const { clock, queue } = hostWorld(0);
  const asked: number[] = [];
  const empty = {
    ...queue,
    async receive() {
      asked.push(clock.elapsed());
      return [];
    },
  };
  const host = functionsHost(
    empty,
    { ...settings(4, 4), maxPollingIntervalMs: 500 },
    { clock, isDone: () => asked.length === 6, handle: async () => {} },
  );

  await Promise.all([host.run(), clock.run()]);

  assert.deepEqual(asked, [0, 100, 300, 700, 1_200, 1_700]);
});

test("a failure of the bench's own ends the run, and is no entry that waits", async () => {
  const { clock, queue } = hostWorld(20);
  const host = functionsHost(queue, settings(4, 4), {
    clock,
    isDone: () => false,
    async handle({ job }) {
      await clock.sleep(10);
      if (jobs(20).numberOf(job) === 9) throw new Error("a fault of the model");
    },
  });

  await assert.rejects(Promise.all([host.run(), clock.run()]), /a fault of the model/);
});

test("the model's host is set as the app's host.json says", () => {
  const { batchSize, newBatchThreshold } = ownHostJson().extensions.queues;

  const read = queueSettings({
    extensions: {
      queues: { batchSize, newBatchThreshold, maxPollingInterval: "01:02:03" },
    },
  });

  assert.deepEqual(read, { batchSize, newBatchThreshold, maxPollingIntervalMs: 3_723_000 });
});

test("an entry that was put off comes back after its delay, in whole seconds, and was put off once more", async () => {
  const { clock, queue } = hostWorld(1);

  async function putOff() {
    const [entry] = await queue.receive(1);
    assert.ok(entry);
    await queue.defer(entry.job, 1_500);
    await clock.sleep(1_900);
    const early = await queue.receive(1);
    await clock.sleep(200);
    const [late] = await queue.receive(1);
    return { early, late };
  }
  const [{ early, late }] = await Promise.all([putOff(), clock.run()]);

  assert.deepEqual(early, []);
  assert.equal(late?.job.deferrals, 1);
  assert.equal(queue.counts.deferred, 1);
});
