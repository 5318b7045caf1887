import assert from "node:assert/strict";
import { test } from "node:test";
import { itemKey } from "../../shared/domain/item-key.ts";
import { listSetAside } from "../../shared/operations/set-aside/list-set-aside.ts";
import { ann, archive, bob, textItem } from "../fakes/archive.ts";
import { HOUR, nine } from "../fakes/world.ts";

const csv = "15550100,ann@contoso.com\n15550101,bob@contoso.com\n";
const strangers = { from: "15559998", to: ["15559999"] };
type App = ReturnType<typeof archive>;

/** A day with everything in it: imported, unmapped, redriven, discarded, refused by a mailbox. */
async function fullDay() {
  const app = archive(
    [textItem("1"), textItem("2"), textItem("3", strangers), textItem("4", strangers)],
    { csv },
  );
  await app.collect();
  await app.convert();
  app.mailboxes.refuse(bob);
  await app.settle();
  app.mailboxes.refuse(undefined);
  await app.order("discard", { selection: { items: [itemKey("wechat", "4")] } });
  await app.order("redrive", { selection: { items: [itemKey("wechat", "1")] } });
  await app.settle();
  return app;
}

async function setAside(app: App) {
  const found: string[] = [];
  for await (const { item, delivery } of listSetAside({}, app.ledger)) {
    found.push(`${item.sourceItemId} ${delivery?.mailbox ?? ""}`.trim());
  }
  return found.sort();
}

async function verified(app: App) {
  const { result } = await app.order("verify", {});
  return result;
}

test("all tables lost, made anew, and the day collected again: nothing lands twice, and verify is clean", async () => {
  const app = await fullDay();
  const before = { ann: app.mailboxes.keys(ann).sort(), bob: app.mailboxes.keys(bob).sort() };
  const waiting = await setAside(app);
  app.loseTables();

  await app.order("rebuild", {});
  app.pass(HOUR);
  await app.passDay();

  assert.deepEqual(app.mailboxes.keys(ann).sort(), before.ann);
  assert.deepEqual(app.mailboxes.keys(bob).sort(), before.bob);
  assert.deepEqual(await setAside(app), waiting);
  assert.deepEqual((await verified(app))?.["first"], []);
});

test("the rebuilt runs say what they said before", async () => {
  const app = await fullDay();
  const before = await app.allRuns();
  app.loseTables();

  await app.order("rebuild", {});

  assert.deepEqual(await app.allRuns(), before);
});

test("tables lost and the day collected again before anyone rebuilds: nothing lands twice either", async () => {
  const app = await fullDay();
  const before = { ann: app.mailboxes.keys(ann).sort(), bob: app.mailboxes.keys(bob).sort() };
  app.loseTables();

  app.pass(HOUR);
  await app.passDay();
  await app.order("rebuild", {});
  app.pass(HOUR);
  await app.passDay();

  assert.deepEqual(app.mailboxes.keys(ann).sort(), before.ann);
  assert.deepEqual(app.mailboxes.keys(bob).sort(), before.bob);
  assert.deepEqual((await verified(app))?.["first"], []);
});

test("items of runs that were still open come in after a rebuild, once, whatever was written before", async () => {
  const app = archive([textItem("1"), textItem("2")], { csv });
  await app.collect();
  await app.convert();
  const [job, ...others] = app.queue.jobs.splice(0);
  assert.ok(job && others.length === 3);
  app.queue.jobs.push(job);
  await app.import();
  app.loseTables();

  await app.order("rebuild", {});
  await app.settle();
  await app.settle();

  for (const mailbox of [ann, bob]) {
    assert.equal(app.mailboxes.keys(mailbox).length, 2);
    assert.equal(new Set(app.mailboxes.keys(mailbox)).size, 2);
  }
  for (const run of await app.allRuns()) assert.equal(run.state, "closed");
});

test("a redrive that was under way when the tables were lost goes on", async () => {
  const app = archive([textItem("1")]);
  await app.passDay();
  app.put("mappings/wechat.csv", csv);
  await app.order("redrive", { selection: { code: "unmapped" } });
  app.loseTables();

  await app.order("rebuild", {});
  await app.settle();
  await app.settle();

  assert.equal(app.mailboxes.keys(ann).length, 1);
  assert.deepEqual(await setAside(app), []);
  const kinds = (await app.allRuns()).map(({ kind, state }) => [kind, state]);
  assert.deepEqual(kinds, [
    ["daily", "closed"],
    ["redrive", "closed"],
  ]);
});

test("a rebuild that is cut short again and again ends as one that was not", async () => {
  const app = await fullDay();
  const runs = await app.allRuns();
  const waiting = await setAside(app);
  app.loseTables();
  let left = 0;

  const order = await app.order("rebuild", {}, { mayGoOn: () => false });
  for (let slice = 0; slice < 500; slice += 1) {
    left = 3;
    await app.carryOrders({}, () => {
      left -= 1;
      return left > 0;
    });
  }

  assert.equal((await app.orders.get(order.id))?.state, "done");
  assert.deepEqual(await app.allRuns(), runs);
  assert.deepEqual(await setAside(app), waiting);
});

test("a rebuild changes nothing of a ledger that is whole", async () => {
  const app = await fullDay();
  const rows = () =>
    JSON.stringify(
      [app.tables.items.rows(), app.tables.deliveries.rows()]
        .flat()
        .map(({ partition, row, cells }) => [partition, row, cells]),
    );
  const before = rows();

  await app.order("rebuild", {});

  assert.equal(rows(), before);
});

test("the checkpoint goes back to the last sealed run, so that no hour of the outage is left out", async () => {
  const late = textItem("late", { at: new Date(nine.getTime() + 2 * HOUR) });
  const app = archive([textItem("1")], { csv });
  await app.passDay();
  app.held.push(late);
  app.loseTables();
  app.pass(40 * HOUR);

  await app.order("rebuild", {});
  await app.passDay();
  await app.passDay();

  assert.equal(app.mailboxes.keys(ann).length, 2);
});

test("which of several custodians' items a mailbox has is remembered through a rebuild", async () => {
  const app = archive([textItem("1")], { csv });
  const file = JSON.parse(String(app.blobs.get("config/connectors/wechat.json")));
  app.put("connectors/wechat.json", JSON.stringify({ ...file, dedupe: "acrossCustodians" }));
  await app.passDay();
  const rows = () =>
    app.tables.deliveries.rows().filter(({ partition }) => partition.startsWith("same-"));
  const before = rows().map(({ partition, row, cells }) => [partition, row, cells]);
  app.loseTables();

  await app.order("rebuild", {});

  assert.deepEqual(
    rows().map(({ partition, row, cells }) => [partition, row, cells]),
    before,
  );
});
