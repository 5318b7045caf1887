import assert from "node:assert/strict";
import { test } from "node:test";
import { receiptName } from "../../shared/domain/blob-names.ts";
import { deliveryKey, itemKey } from "../../shared/domain/item-key.ts";
import { isBalanced, tallyOf } from "../../shared/domain/tally.ts";
import { jobOf } from "../../shared/pipeline/import-job.ts";
import { receivedItem } from "../../shared/pipeline/receipt.ts";
import { reconcileRun, STUCK_MS } from "../../shared/pipeline/reconcile-run.ts";
import type { SweepStaging } from "../../shared/pipeline/sweep-staging.ts";
import { HOUR, MINUTE, nine, world } from "../fakes/world.ts";

const connector = "wechat";
const runId = "wechat-20260105T090000000Z";
const ann = "6f1c1d2e-0000-4000-8000-000000000001";
const bob = "6f1c1d2e-0000-4000-8000-000000000002";
const always = () => true;

/** A collected run of the named items, each with its raw blob and receipt. */
async function runOf(...ids: string[]) {
  const ports = world();
  const window = { from: new Date(nine.getTime() - 24 * HOUR), until: nine };
  await ports.runs.open({ connector, runId, kind: "daily", window, openedAt: nine });
  for (const id of ids) {
    const key = itemKey(connector, id);
    const receipt = {
      v: 1 as const,
      connector,
      itemKey: key,
      sourceItemId: id,
      receivedAt: nine.toISOString(),
      collectedAt: nine.toISOString(),
      mediaType: "message/rfc822" as const,
      size: 1,
      sha256: "0".repeat(64),
      raw: { container: "raw", blob: `${key}.eml` },
      runId,
      traceparent: "",
    };
    await ports.rawStore.putReceipt(receiptName(connector, nine, key), receipt);
    await ports.ledger.recordReceived(receivedItem(receipt));
    const item = { itemKey: key, done: false, tally: tallyOf(["pending"]) };
    await ports.runs.putItems(runId, [item]);
  }
  await ports.runs.change({ connector, runId }, { state: "collected" });

  return {
    ...ports,
    key: (id: string) => itemKey(connector, id),
    receipts: () => [...ports.blobs.keys()].filter((name) => name.startsWith("receipts/")),
    async converted(id: string, mailboxes: string[], filesLeftOut = 0) {
      const change = { state: "converted" as const, mailboxes, filesLeftOut };
      await ports.ledger.recordItem(itemKey(connector, id), { ...change, changedAt: ports.now() });
    },
    async imported(id: string, mailbox: string) {
      const claim = await ports.ledger.claim(
        { itemKey: itemKey(connector, id), mailbox, runId },
        ports.now(),
      );
      assert.ok("etag" in claim);
      await ports.ledger.finish(claim, { mailboxItemId: "AAMk" }, ports.now());
    },
    async reconcile({ jobsMayBeLost = true, mayGoOn = always, ports: others = {} } = {}) {
      const run = await ports.runs.get(connector, runId);
      assert.ok(run);
      return reconcileRun(run, { ...ports, ...others }, { jobsMayBeLost, mayGoOn });
    },
  };
}

test("a run counts deliveries, and closes once nothing is pending", async () => {
  const run = await runOf("two mailboxes", "stripped", "unmapped", "known elsewhere");
  await run.converted("two mailboxes", [ann, bob]);
  await run.converted("stripped", [ann], 1);
  await run.ledger.recordItem(run.key("unmapped"), {
    state: "rejected",
    code: "unmapped",
    changedAt: nine,
  });
  await run.ledger.recordPoisonEntry(
    { itemKey: run.key("unmapped") },
    { messageId: "m", popReceipt: "p" },
  );
  await run.ledger.recordItem(run.key("known elsewhere"), { runId: "earlier", changedAt: nine });
  await run.imported("two mailboxes", ann);
  await run.imported("stripped", ann);

  const open = await run.reconcile();
  await run.imported("two mailboxes", bob);
  const closed = await run.reconcile();

  assert.equal(open.state, "collected");
  assert.deepEqual(open.tally, {
    available: 5,
    imported: 1,
    partial: 1,
    skipped: 1,
    rejected: 1,
    pending: 1,
  });
  assert.equal(closed.state, "closed");
  assert.equal(closed.fromSource, 4);
  assert.deepEqual(closed.tally, { ...open.tally, imported: 2, pending: 0 });
  assert.ok(isBalanced(closed.tally));
  assert.deepEqual(await run.runs.get(connector, runId), closed);
});

test("a receipt that was never converted is started again, less and less often", async () => {
  const run = await runOf("lost");

  await run.reconcile();
  assert.equal(run.receipts().length, 1);

  run.pass(STUCK_MS);
  await run.reconcile();
  await run.reconcile();
  assert.equal(run.receipts().length, 2);

  run.pass(STUCK_MS);
  await run.reconcile();
  assert.equal(run.receipts().length, 2);
  run.pass(STUCK_MS);
  await run.reconcile();
  assert.equal(run.receipts().length, 3);

  const further = await run.rawStore.readReceipt(receiptName(connector, nine, run.key("lost"), 1));
  assert.equal(further.again?.by, "reconcile");
  assert.equal(further.raw.blob, `${run.key("lost")}.eml`);
});

test("an item whose receipt is gone is set aside, and the others of its run go on", async () => {
  const run = await runOf("gone", "lost");
  run.blobs.delete(`receipts/${receiptName(connector, nine, run.key("gone"))}`);

  run.pass(STUCK_MS);
  await run.reconcile();

  assert.equal(run.queue.poisoned[0]?.reason.detail, "receipt-missing");
  assert.equal((await run.ledger.item(run.key("gone")))?.state, "rejected");
  assert.equal((await run.ledger.item(run.key("lost")))?.restarts, 1);
});

test("an item whose waiting time is over is started again, once", async () => {
  const run = await runOf("waiting");
  const waitUntil = new Date(nine.getTime() + 5 * MINUTE);
  await run.ledger.recordItem(run.key("waiting"), { state: "waiting", waitUntil, changedAt: nine });

  const early = await run.reconcile();
  assert.equal(run.receipts().length, 1);
  run.pass(5 * MINUTE);
  await run.reconcile();
  await run.reconcile();

  assert.equal(early.tally.pending, 1);
  assert.equal(run.receipts().length, 2);
});

test("a job that the queue has lost is put back; one that is at work or put off is not", async () => {
  const run = await runOf("lost", "put off", "done");
  await run.converted("lost", [ann, bob]);
  await run.converted("put off", [ann]);
  await run.converted("done", [ann]);
  await run.imported("lost", bob);
  await run.imported("done", ann);
  run.pass(STUCK_MS);
  const putOff = { itemKey: run.key("put off"), mailbox: ann, runId };
  await run.ledger.recordDeferral(putOff, {
    code: "mailbox-quota",
    ownDelayMs: HOUR,
    at: run.now(),
  });

  await run.reconcile();

  assert.deepEqual(
    run.queue.jobs.map(({ itemKey, mailbox }) => [itemKey, mailbox]),
    [[run.key("lost"), ann]],
  );
});

test("a queue that is merely long is not made longer", async () => {
  const run = await runOf("queued");
  await run.converted("queued", [ann]);
  run.pass(10 * STUCK_MS);

  await run.reconcile({ jobsMayBeLost: false });

  assert.deepEqual(run.queue.jobs, []);
});

test("a rejection whose poison entry was lost with its host gets one", async () => {
  const run = await runOf("unmapped", "refused");
  await run.ledger.recordItem(run.key("unmapped"), {
    state: "rejected",
    code: "unmapped",
    detail: "no-participant-mapped",
    changedAt: nine,
  });
  await run.converted("refused", [ann]);
  const item = await run.ledger.item(run.key("refused"));
  assert.ok(item);
  const rejection = { code: "rejected-by-exchange" as const, detail: "x", at: nine };
  await run.ledger.recordRejection(jobOf(item, ann), rejection);

  const early = await run.reconcile();
  assert.equal(early.state, "collected");
  assert.equal(run.queue.poisoned.length, 0);
  run.pass(HOUR);
  await run.reconcile();
  const closed = await run.reconcile();

  assert.equal(closed.state, "closed");
  assert.deepEqual(run.queue.poisoned.map(({ reason }) => reason.code).sort(), [
    "rejected-by-exchange",
    "unmapped",
  ]);
});

test("what a delivery left half-made in its mailbox is swept when it is set aside, and nobody else's", async () => {
  const run = await runOf("refused");
  await run.converted("refused", [ann, bob]);
  await run.imported("refused", bob);
  const item = await run.ledger.item(run.key("refused"));
  assert.ok(item);
  const rejection = { code: "deferred-too-long" as const, detail: "x", at: nine };
  await run.ledger.recordRejection(jobOf(item, ann), rejection);
  const swept: unknown[] = [];
  const sweepStaging: SweepStaging = async (mailbox, isOpen) => {
    const dead = deliveryKey({ itemKey: run.key("refused"), mailbox });
    swept.push([mailbox, await isOpen(dead), await isOpen("another's key")]);
    return { removed: 1, kept: 0 };
  };

  await run.reconcile({ ports: { sweepStaging } });

  assert.deepEqual(swept, [[ann, false, true]]);
});

test("a pass that runs out of time writes no counts, and loses nothing it found", async () => {
  const run = await runOf("a", "b", "c");
  for (const id of ["a", "b", "c"]) {
    await run.converted(id, [ann]);
    await run.imported(id, ann);
  }
  let asked = 0;

  const cut = await run.reconcile({
    mayGoOn: () => {
      asked += 1;
      return asked <= 2;
    },
  });
  const whole = await run.reconcile();

  assert.equal(cut.state, "collected");
  assert.equal(whole.state, "closed");
  assert.equal(whole.tally.imported, 3);
});
