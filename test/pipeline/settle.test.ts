import assert from "node:assert/strict";
import { test } from "node:test";
import { DeferredError, RejectedItemError } from "../../shared/domain/errors.ts";
import { ImportJob } from "../../shared/pipeline/import-job.ts";
import { DEFERRAL_LIMIT_MS, settle, settleUnknown } from "../../shared/pipeline/settle.ts";
import { HOUR, nine, world } from "../fakes/world.ts";

const itemKey = "i-00112233445566778899aabbccddeeff";
const job = ImportJob.parse({
  v: 1,
  connector: "whatsapp",
  itemKey,
  mailbox: "6f1c1d2e-0000-4000-8000-000000000001",
  email: { container: "emails", blob: `whatsapp/2026/01/05/${itemKey}.eml` },
  runId: "whatsapp-20260105T053000000Z",
  traceparent: "",
  deferrals: 0,
});

test("a throttled import waits as long as Graph asked, and counts no try", async () => {
  const ports = world();
  const throttled = new DeferredError("graph-throttled", { on: "mailbox", retryAfterMs: 30_000 });

  await settle(throttled, { job, tries: 5, at: nine }, ports);

  assert.deepEqual(ports.queue.deferred, [{ job: { ...job, deferrals: 1 }, delayMs: 30_000 }]);
  assert.deepEqual(ports.queue.poisoned, []);
});

test("an item that can never be accepted is set aside at once, with the reason, and counted", async () => {
  const ports = world();

  const rejected = new RejectedItemError("rejected-by-exchange", "ErrorInvalidRecipients");
  await settle(rejected, { job, tries: 1, at: nine }, ports);

  const reason = {
    code: "rejected-by-exchange" as const,
    detail: "ErrorInvalidRecipients",
    at: nine,
    tries: 1,
  };
  assert.deepEqual(ports.queue.poisoned, [{ entry: job, reason }]);
  const [row] = await ports.ledger.deliveries(itemKey);
  assert.equal(row?.state, "rejected");
  assert.deepEqual(row?.poisonEntry, { messageId: "m1", popReceipt: "p" });
});

test("a bug goes back to the host, which counts the try", async () => {
  const bug = settle(new TypeError("x is undefined"), { job, tries: 4, at: nine }, world());

  await assert.rejects(bug, TypeError);
});

test("the last try is set aside with a reason, so that no poison entry is mute", async () => {
  const ports = world();

  await settle(new TypeError("x is undefined"), { job, tries: 5, at: nine }, ports);

  assert.equal(ports.queue.poisoned[0]?.reason.code, "tries-exhausted");
  assert.equal(ports.queue.poisoned[0]?.reason.detail, "TypeError");
});

test("the ledger knows of a rejection before the entry is there", async () => {
  const ports = world();
  const order: string[] = [];
  const watched = {
    ...ports,
    ledger: {
      ...ports.ledger,
      recordRejection: (...args: Parameters<typeof ports.ledger.recordRejection>) => {
        order.push("ledger");
        return ports.ledger.recordRejection(...args);
      },
    },
    queue: {
      ...ports.queue,
      poison: (...args: Parameters<typeof ports.queue.poison>) => {
        order.push("entry");
        return ports.queue.poison(...args);
      },
    },
  };

  await settle(new RejectedItemError("oversize", "x"), { job, tries: 1, at: nine }, watched);

  assert.deepEqual(order, ["ledger", "entry"]);
});

test("a delivery that is in its mailbox already is never set aside", async () => {
  const ports = world();
  const claim = await ports.ledger.claim(job, nine);
  assert.ok("etag" in claim);
  await ports.ledger.finish(claim, { mailboxItemId: "AAMk" }, nine);

  await settle(new TypeError("late"), { job, tries: 5, at: nine }, ports);

  assert.deepEqual(ports.queue.poisoned, []);
  assert.equal((await ports.ledger.deliveries(itemKey))[0]?.state, "imported");
});

test("an entry without a job is set aside whole, for whoever wrote it", async () => {
  const ports = world();

  await settleUnknown({ dequeueCount: 1, itemKey: "x" }, ports);

  assert.equal(ports.queue.poisoned[0]?.reason.code, "malformed");
  assert.deepEqual(ports.queue.poisoned[0]?.entry, { bare: '{"dequeueCount":1,"itemKey":"x"}' });
});

test("a delivery put off for a week for its own mailbox's reasons is set aside", async () => {
  const ports = world();
  const full = new DeferredError("mailbox-quota", { on: "mailbox", retryAfterMs: 24 * HOUR });

  for (let day = 0; day <= DEFERRAL_LIMIT_MS / (24 * HOUR); day += 1) {
    await settle(full, { job, tries: 1, at: ports.now() }, ports);
    ports.pass(24 * HOUR);
  }

  assert.equal(ports.queue.deferred.length, 7);
  assert.equal(ports.queue.poisoned.length, 1);
  assert.equal(ports.queue.poisoned[0]?.reason.code, "deferred-too-long");
  assert.equal(ports.queue.poisoned[0]?.reason.detail, "mailbox-quota");
});

test("an outage of the whole app never sets anything aside, however long it lasts", async () => {
  const ports = world();
  const consentGone = new DeferredError("graph-forbidden", { on: "app", retryAfterMs: 24 * HOUR });

  for (let day = 0; day < 100; day += 1) {
    await settle(consentGone, { job, tries: 1, at: ports.now() }, ports);
    ports.pass(24 * HOUR);
  }

  assert.equal(ports.queue.deferred.length, 100);
  assert.deepEqual(ports.queue.poisoned, []);
});
