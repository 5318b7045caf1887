import assert from "node:assert/strict";
import { test } from "node:test";
import { ImportJob } from "../../shared/pipeline/import-job.ts";
import { faultyHosts } from "../fakes/faulty-hosts.ts";
import { faultyMailboxes } from "../fakes/faulty-mailboxes.ts";
import { seeded } from "../fakes/random.ts";
import { mailItem, received } from "../fakes/world.ts";

const only = process.env["SEED"];
const seeds = only === undefined ? Array.from({ length: 3_000 }, (_, n) => n) : [Number(only)];

function job(item: number, mailbox: number): ImportJob {
  return ImportJob.parse({
    v: 1,
    connector: "wechat",
    itemKey: `i-${String(item).padStart(32, "0")}`,
    mailbox: `6f1c1d2e-0000-4000-8000-${String(mailbox).padStart(12, "0")}`,
    email: { container: "raw", blob: "x.eml" },
    runId: "wechat-20260105T090000000Z",
    traceparent: "",
    deferrals: 0,
  });
}

test("whatever dies, repeats or is throttled: each delivery ends in its mailbox once, or in poison with a code", async () => {
  for (const seed of seeds) {
    try {
      await holds(seed);
    } catch (error) {
      const repeat = `SEED=${seed} npx node --test test/pipeline/exactly-once.test.ts`;
      throw new Error(`Seed ${seed} fails; repeat it with: ${repeat}`, { cause: error });
    }
  }
});

async function holds(seed: number): Promise<void> {
  const random = seeded(seed);
  const written = new Map<string, number>();
  const hosts = faultyHosts(random, faultyMailboxes(written));
  const jobs = Array.from({ length: 4 }, (_, n) => job(n >> 1, n & 1));
  for (const one of jobs) {
    await received(hosts.ledger, one);
    hosts.put(one);
    if (random() < 0.3) hosts.put(one);
  }

  await hosts.run(60);

  for (const one of jobs) {
    const times = written.get(mailItem(one).key) ?? 0;
    const rows = await hosts.ledger.deliveries(one.itemKey);
    const row = rows.find(({ mailbox }) => mailbox === one.mailbox);
    if (row?.state === "rejected") {
      assert.ok(row.code, "a rejected delivery has a code");
      assert.equal(times, 0, "a rejected delivery is in no mailbox");
    } else {
      assert.equal(row?.state, "imported");
      assert.equal(times, 1, "an imported delivery is in its mailbox once");
    }
  }
}
