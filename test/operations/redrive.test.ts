import assert from "node:assert/strict";
import { test } from "node:test";
import { itemKey } from "../../shared/domain/item-key.ts";
import { isBalanced } from "../../shared/domain/tally.ts";
import { listSetAside } from "../../shared/operations/set-aside/list-set-aside.ts";
import { ann, archive, bob, operator, textItem } from "../fakes/archive.ts";
import { dies, HOUR } from "../fakes/world.ts";

const csv = "15550100,ann@contoso.com\n15550101,bob@contoso.com\n";
type App = ReturnType<typeof archive>;

async function setAside(app: App) {
  const keys: string[] = [];
  for await (const { item } of listSetAside({}, app.ledger)) keys.push(item.itemKey);
  return keys;
}

function items(n: number) {
  return Array.from({ length: n }, (_, index) => textItem(String(index)));
}

async function redriveRuns(app: App) {
  return (await app.allRuns()).filter(({ kind }) => kind === "redrive");
}

test("a thousand unmapped items, redriven after the mapping is mended, are each imported once", async () => {
  const app = archive(items(1_000));
  await app.passDay();
  assert.equal((await setAside(app)).length, 1_000);
  app.put("mappings/wechat.csv", csv);

  const order = await app.order("redrive", { selection: { code: "unmapped" } });
  await app.settle();

  assert.equal(order.result?.["redriven"], 1_000);
  for (const mailbox of [ann, bob]) {
    assert.equal(app.mailboxes.keys(mailbox).length, 1_000);
    assert.equal(new Set(app.mailboxes.keys(mailbox)).size, 1_000);
  }
  const [run] = await redriveRuns(app);
  assert.equal(run?.state, "closed");
  assert.equal(run?.tally.imported, 2_000);
  assert.deepEqual(await setAside(app), []);
  assert.deepEqual(app.queue.poisoned, []);
});

test("a closed run never changes, whatever is redriven from it", async () => {
  const app = archive(items(3));
  await app.passDay();
  const [before] = await app.allRuns();
  app.put("mappings/wechat.csv", csv);

  await app.order("redrive", { selection: { code: "unmapped" } });
  await app.settle();

  const [after] = await app.allRuns();
  assert.equal(before?.tally.rejected, 3);
  assert.deepEqual(after, before);
});

test("what is redriven and still unmapped is set aside again, and counted by the redrive", async () => {
  const app = archive(items(2));
  await app.passDay();

  const order = await app.order("redrive", { selection: { code: "unmapped" } });
  await app.settle();

  const [run] = await redriveRuns(app);
  assert.equal(order.result?.["redriven"], 2);
  assert.equal(run?.tally.rejected, 2);
  assert.equal((await setAside(app)).length, 2);
  assert.equal(app.queue.poisoned.length, 2);
});

test("a delivery that was set aside is redriven alone; the others of its item stay as they are", async () => {
  const app = archive([textItem("1")], { csv });
  await app.collect();
  await app.convert();
  const job = app.queue.jobs.find(({ mailbox }) => mailbox === bob);
  assert.ok(job);
  const key = itemKey("wechat", "1");
  app.mailboxes.refuse(bob);
  await app.settle();
  app.mailboxes.refuse(undefined);
  assert.deepEqual(app.mailboxes.contents(bob), []);

  await app.order("redrive", { selection: { items: [key] } });
  await app.settle();

  assert.equal(app.mailboxes.contents(bob).length, 1);
  assert.equal(app.mailboxes.contents(ann).length, 1);
  const runs = await app.allRuns();
  assert.deepEqual(
    runs.map(({ tally: { imported, rejected } }) => [imported, rejected]),
    [
      [1, 1],
      [1, 0],
    ],
  );
});

test("a redriven delivery is looked for before it is written: what the tries before it wrote is not known", async () => {
  const app = archive([textItem("1")], { csv });
  await app.collect();
  await app.convert();
  app.mailboxes.loseAnswers(bob);
  await app.settle();
  app.mailboxes.loseAnswers(undefined);
  assert.equal((await setAside(app)).length, 1);
  assert.equal(app.mailboxes.contents(bob).length, 1);

  await app.order("redrive", { selection: { code: "rejected-by-exchange" } });
  await app.settle();

  assert.equal(app.mailboxes.contents(bob).length, 1);
  assert.deepEqual(await setAside(app), []);
});

test("an item whose run has not counted it for good is redriven as soon as it has", async () => {
  const app = archive(items(1));
  await app.collect();
  await app.convert();
  app.put("mappings/wechat.csv", csv);

  const early = await app.order("redrive", { selection: { code: "unmapped" } });
  await app.reconcile();
  await app.carryOrders();
  await app.settle();

  assert.equal(early.state, "running");
  assert.equal((await app.orders.get(early.id))?.state, "done");
  assert.equal(app.mailboxes.contents(ann).length, 1);
  const [daily, redrive] = await app.allRuns();
  assert.deepEqual([daily?.tally.rejected, daily?.tally.skipped], [1, 0]);
  assert.equal(redrive?.tally.imported, 2);
});

test("who redrove what, when and why stands in the item's receipt, its history and the operators' chain", async () => {
  const app = archive(items(1));
  await app.passDay();
  app.put("mappings/wechat.csv", csv);
  const at = app.now();

  await app.order("redrive", { selection: { code: "unmapped" } });

  const key = itemKey("wechat", "0");
  const receipt = JSON.parse(String(app.blobs.get(`receipts/wechat/2026/01/05/${key}.1.json`)));
  assert.deepEqual(receipt.again, { n: 1, by: operator, why: "because", at: at.toISOString() });
  const [action] = await app.ledger.actions(key);
  assert.deepEqual([action?.action, action?.by, action?.code], ["redrive", operator, "unmapped"]);
  const entries = [];
  for await (const { entry } of app.operationLog.entries()) entries.push(entry);
  assert.deepEqual(
    entries.map((entry) => [entry?.action, entry?.by]),
    [
      ["redrive", operator],
      ["order finished", operator],
    ],
  );
});

test("whatever dies while an operator redrives, each item ends in its mailboxes once, and every run balances", async () => {
  for (let step = 0; step < 60; step += 1) {
    const app = archive(items(3));
    await app.passDay();
    app.put("mappings/wechat.csv", csv);
    await app
      .order("redrive", { selection: { code: "unmapped" } }, { mayGoOn: () => false })
      .catch(() => undefined);
    app.pass(4 * 60_000);

    await app.carryOrders(dyingAt(step, app)).catch(() => undefined);
    for (let round = 0; round < 4; round += 1) {
      app.pass(HOUR / 2);
      await app.settle();
      await app.carryOrders();
    }
    await app.settle();

    for (const mailbox of [ann, bob]) {
      assert.equal(app.mailboxes.keys(mailbox).length, 3, `step ${step}`);
      assert.equal(new Set(app.mailboxes.keys(mailbox)).size, 3, `step ${step}`);
    }
    assert.deepEqual(await setAside(app), [], `step ${step}`);
    for (const run of await app.allRuns()) {
      assert.equal(run.state, "closed", `step ${step}`);
      assert.ok(isBalanced(run.tally), `step ${step}`);
    }
    const [redrive] = await redriveRuns(app);
    assert.equal(redrive?.tally.imported, 6, `step ${step}`);
  }
});

/** The ports as a host has them that dies at the n-th thing it asks of the world, before or after it is done. */
function dyingAt(step: number, app: App) {
  let left = step;
  const mortal = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== "function" || ["items", "list", "setAside"].includes(String(name))) {
          return value;
        }
        return async (...args: unknown[]) => {
          left -= 1;
          if (left < -1) await dies();
          const answer = await value.apply(target, args);
          if (left < 0) await dies();
          return answer;
        };
      },
    });
  return {
    ledger: mortal(app.ledger),
    runs: mortal(app.runs),
    rawStore: mortal(app.rawStore),
    queue: { ...app.queue, add: mortal({ add: app.queue.add }).add },
  };
}
