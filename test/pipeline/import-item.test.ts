import assert from "node:assert/strict";
import { test } from "node:test";
import { DeferredError } from "../../shared/domain/errors.ts";
import { importItem } from "../../shared/pipeline/import-item.ts";
import { ImportJob } from "../../shared/pipeline/import-job.ts";
import { LEASE_MS } from "../../shared/pipeline/ledger.ts";
import { dies, MINUTE, mailItem, nine, received, throttled, world } from "../fakes/world.ts";

const itemKey = "i-00112233445566778899aabbccddeeff";
const job = ImportJob.parse({
  v: 1,
  connector: "whatsapp",
  itemKey,
  mailbox: "6f1c1d2e-0000-4000-8000-000000000001",
  email: { container: "emails", blob: `whatsapp/2026/01/05/${itemKey}.eml` },
  runId: "whatsapp-20260105T053000000Z",
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  deferrals: 0,
});

function importWorld() {
  return { ...world(), prepare: async () => mailItem(job) };
}

test("a job that comes twice puts one item in the mailbox, and counts once", async () => {
  const ports = importWorld();

  const first = await importItem(job, ports);
  const second = await importItem(job, ports);

  assert.equal(first.kind, "imported");
  assert.deepEqual(second, { kind: "unchanged" });
  assert.deepEqual(ports.mailboxes.contents(job.mailbox), ["Hello"]);
});

test("whoever finds a crowded mailbox full comes again later, and has claimed and read nothing", async () => {
  const ports = importWorld();
  const full = {
    ...ports,
    gates: { ...ports.gates, enter: async () => ({ kind: "full", retryAfterMs: 7_000 }) as const },
    prepare: dies,
  };

  await assert.rejects(
    importItem(job, full),
    new DeferredError("mailbox-waiting", { on: "mailbox", retryAfterMs: 7_000 }),
  );

  assert.deepEqual(await ports.ledger.deliveries(itemKey), []);
});

test("a slot is given back as soon as the mailbox has the item, and when it was refused", async () => {
  const ports = importWorld();
  const steps: string[] = [];
  const leave = async () => void steps.push("left");
  const gates = { ...ports.gates, enter: async () => ({ kind: "entered", leave }) as const };
  const finish: typeof ports.ledger.finish = async (...given) => {
    steps.push("finished");
    await ports.ledger.finish(...given);
  };

  await importItem(job, { ...ports, gates, ledger: { ...ports.ledger, finish } });
  assert.deepEqual(steps.slice(0, 2), ["left", "finished"]);

  steps.length = 0;
  const other = { ...job, mailbox: "6f1c1d2e-0000-4000-8000-000000000002" };
  await assert.rejects(importItem(other, { ...ports, gates, prepare: dies }));
  assert.deepEqual(steps, ["left"]);
});

test("a delivery is claimed before it is written, so two hosts never both write it", async () => {
  const ports = importWorld();
  await ports.ledger.claim(job, nine);

  const second = importItem(job, ports);

  await assert.rejects(
    second,
    new DeferredError("delivery-claimed", { on: "app", retryAfterMs: LEASE_MS }),
  );
  assert.deepEqual(ports.mailboxes.contents(job.mailbox), []);
});

test("a host that dies after it wrote leaves no duplicate behind", async () => {
  const ports = importWorld();
  const dying = { ...ports, ledger: { ...ports.ledger, finish: dies, release: dies } };

  await assert.rejects(importItem(job, dying));
  ports.pass(LEASE_MS);
  const next = await importItem(job, ports);

  assert.equal(next.kind, "imported");
  assert.deepEqual(ports.mailboxes.contents(job.mailbox), ["Hello"]);
});

test("a host that dies before it wrote loses nothing", async () => {
  const ports = importWorld();
  await ports.ledger.claim(job, nine);

  ports.pass(LEASE_MS);
  const next = await importItem(job, ports);

  assert.equal(next.kind, "imported");
  assert.deepEqual(ports.mailboxes.contents(job.mailbox), ["Hello"]);
});

test("an item whose answer was lost is looked up in the mailbox, not written again", async () => {
  const ports = importWorld();
  const answerLost: typeof ports.mailboxes = {
    ...ports.mailboxes,
    async add(delivery, item) {
      await ports.mailboxes.add(delivery, item);
      throw new DeferredError("graph-unavailable", { on: "app" });
    },
  };

  await assert.rejects(importItem(job, { ...ports, mailboxes: answerLost }), DeferredError);
  const next = await importItem(job, ports);

  assert.equal(next.kind, "imported");
  assert.deepEqual(ports.mailboxes.contents(job.mailbox), ["Hello"]);
});

test("a lost answer is remembered through a throttled try after it", async () => {
  const ports = importWorld();
  const answerLost: typeof ports.mailboxes = {
    ...ports.mailboxes,
    async add(delivery, item) {
      await ports.mailboxes.add(delivery, item);
      throw new DeferredError("graph-unavailable", { on: "app" });
    },
  };
  const busy = { ...ports.mailboxes, find: throttled(1_000) };

  await assert.rejects(importItem(job, { ...ports, mailboxes: answerLost }), DeferredError);
  await assert.rejects(importItem(job, { ...ports, mailboxes: busy }), DeferredError);
  await importItem(job, ports);

  assert.deepEqual(ports.mailboxes.contents(job.mailbox), ["Hello"]);
});

test("a throttled delivery may be tried again the moment Graph allows it, without a look-up", async () => {
  const ports = importWorld();
  await received(ports.ledger, job);
  const busy = { ...ports.mailboxes, add: throttled(30_000) };

  await assert.rejects(importItem(job, { ...ports, mailboxes: busy }), DeferredError);
  ports.pass(30_000);
  const next = await importItem(job, { ...ports, mailboxes: { ...ports.mailboxes, find: dies } });

  assert.equal(next.kind, "imported");
});

test("the claims are lost, and a job comes again: it is looked for before it is written", async () => {
  const ports = importWorld();
  await received(ports.ledger, job);
  await importItem(job, ports);
  for (const { partition, row } of ports.tables.deliveries.rows()) {
    await ports.tables.deliveries.remove(partition, row);
  }
  ports.pass(MINUTE);

  await importItem(job, ports);

  assert.deepEqual(ports.mailboxes.contents(job.mailbox), ["Hello"]);
});

test("all tables are lost, and a job comes again: it is looked for before it is written", async () => {
  const ports = importWorld();
  await received(ports.ledger, job);
  await importItem(job, ports);
  for (const table of [ports.tables.deliveries, ports.tables.items]) {
    for (const { partition, row } of table.rows()) await table.remove(partition, row);
  }

  await importItem(job, ports);

  assert.deepEqual(ports.mailboxes.contents(job.mailbox), ["Hello"]);
});

test("a mailbox that was told to wait is not asked, and its job waits as long", async () => {
  const ports = importWorld();
  const until = new Date(nine.getTime() + 5 * MINUTE);
  await ports.gates.close(job.mailbox, { until, since: nine, code: "mailbox-waiting" });
  const untouched = { ...ports, mailboxes: { ...ports.mailboxes, add: dies, find: dies } };

  const waiting = importItem(job, untouched);

  await assert.rejects(
    waiting,
    new DeferredError("mailbox-waiting", { on: "mailbox", retryAfterMs: 5 * MINUTE }),
  );
});

test("a host whose claim was taken over while it was slow does not finish the delivery twice", async () => {
  const ports = importWorld();
  const slow: typeof ports.mailboxes = {
    ...ports.mailboxes,
    async add(delivery, item) {
      const added = await ports.mailboxes.add(delivery, item);
      ports.pass(LEASE_MS);
      const other = await importItem(job, ports);
      assert.equal(other.kind, "imported");
      return added;
    },
  };

  await assert.rejects(importItem(job, { ...ports, mailboxes: slow }), DeferredError);

  assert.deepEqual(ports.mailboxes.contents(job.mailbox), ["Hello"]);
  assert.deepEqual(await importItem(job, ports), { kind: "unchanged" });
});
