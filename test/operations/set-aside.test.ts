import assert from "node:assert/strict";
import { test } from "node:test";
import { SourceError } from "../../shared/domain/errors.ts";
import { itemKey } from "../../shared/domain/item-key.ts";
import { countSetAside, listSetAside } from "../../shared/operations/set-aside/list-set-aside.ts";
import { findStrangers } from "../../shared/operations/set-aside/strangers.ts";
import { ann, archive, bob, textItem } from "../fakes/archive.ts";
import { ask, jsonOf } from "../fakes/operator.ts";
import { HOUR, nine } from "../fakes/world.ts";

const csv = "15550100,ann@contoso.com\n15550101,bob@contoso.com\n";
const always = () => true;

function strangers(n: number) {
  return Array.from({ length: n }, (_, index) =>
    textItem(String(index), { from: "15559998", to: ["15559999"] }),
  );
}

async function listed(app: ReturnType<typeof archive>, selection = {}) {
  const keys: string[] = [];
  for await (const { item } of listSetAside(selection, app.ledger)) keys.push(item.itemKey);
  return keys;
}

test("lists and counts read the tables: nobody receives an entry, so none is hidden from anyone", async () => {
  const app = archive(strangers(100));
  await app.passDay();
  app.poison.receive = () => Promise.reject(new Error("the queue was read"));

  assert.equal((await listed(app)).length, 100);
  assert.deepEqual(await countSetAside(app.ledger), { wechat: { unmapped: 100 } });
});

test("a long list comes page by page, each item once", async () => {
  const app = archive(strangers(1_100));
  await app.passDay();

  const keys: string[] = [];
  let after = "";
  for (let page = 0; page < 5; page += 1) {
    const told = jsonOf(await ask(app, { path: `poison?after=${after}` }));
    keys.push(...told.entries.map((it: { itemKey: string }) => it.itemKey));
    after = told.next ?? "";
    if (!told.next) break;
  }

  assert.equal(keys.length, 1_100);
  assert.equal(new Set(keys).size, 1_100);
});

test("what is selected is selected by all that is named", async () => {
  const earlier = textItem("early", {
    from: "15559998",
    to: ["15559999"],
    at: new Date(nine.getTime() - 12 * HOUR),
  });
  const app = archive([...strangers(2), earlier]);
  await app.passDay();

  assert.equal((await listed(app, { code: "oversize" })).length, 0);
  assert.equal((await listed(app, { connector: "signal" })).length, 0);
  assert.deepEqual(await listed(app, { until: "2026-01-04" }), [itemKey("wechat", "early")]);
  assert.equal((await listed(app, { code: "unmapped", from: "2026-01-05" })).length, 2);
});

test("entries whose place is out of date are removed by reconcile, once they have served", async () => {
  const app = archive(strangers(200));
  await app.passDay();
  // Someone looks into the queue: every pop receipt on record goes stale.
  for (let batch = 0; batch < 10; batch += 1) {
    for (const entry of await app.poison.receive("jobs")) await app.poison.putBack(entry);
  }
  app.put("mappings/wechat.csv", "15559998,ann@contoso.com\n");

  await app.order("redrive", { selection: { code: "unmapped" } });
  await app.settle();

  assert.deepEqual(app.queue.poisoned, []);
  assert.deepEqual(await listed(app), []);
});

test("a discarded item stays counted, keeps its raw bytes, and is listed no more", async () => {
  const app = archive(strangers(1));
  await app.passDay();
  const [before] = await app.allRuns();

  await app.order("discard", { selection: { code: "unmapped" } });
  await app.settle();

  const [after] = await app.allRuns();
  const item = await app.ledger.item(itemKey("wechat", "0"));
  assert.deepEqual(await listed(app), []);
  assert.deepEqual(app.queue.poisoned, []);
  assert.deepEqual(after, before);
  assert.ok(item && app.blobs.has(`raw/${item.raw.blob}`));
  assert.ok(item?.discardedAt);
});

test("an item that was discarded by mistake is taken up again by its name", async () => {
  const app = archive(strangers(1));
  await app.passDay();
  await app.order("discard", { selection: { code: "unmapped" } });
  app.put("mappings/wechat.csv", "15559998,ann@contoso.com\n");

  const named = { selection: { items: [itemKey("wechat", "0")] }, again: true };
  await app.order("redrive", named);
  await app.settle();

  assert.equal(app.mailboxes.keys(ann).length, 1);
});

test("an item that its source listed and never gave is given up with a reason, and its run closes", async () => {
  const app = archive([textItem("1"), textItem("2")], { csv });
  app.source.failing.set("2", new SourceError("item-unavailable", "ended-early"));
  await app.passDay();
  const [open] = await app.allRuns();
  const shown = jsonOf(await ask(app, { path: "connectors/wechat" }));

  const order = await app.order("discard", { selection: { items: [itemKey("wechat", "2")] } });
  await app.settle();

  const [closed] = await app.allRuns();
  assert.equal(open?.state, "collected");
  assert.deepEqual(
    shown.missing.map((it: { itemKey: string; detail: string }) => [it.itemKey, it.detail]),
    [[itemKey("wechat", "2"), "ended-early"]],
  );
  assert.equal(order.result?.["missingGivenUp"], 1);
  assert.equal(closed?.state, "closed");
  assert.deepEqual([closed?.tally.imported, closed?.tally.rejected], [2, 1]);
});

test("an operator who names nothing, and does not say that everything is meant, changes nothing", async () => {
  const app = archive(strangers(3));
  await app.passDay();

  const body = { why: "a slip" };
  const answer = await ask(app, { method: "POST", path: "poison/discard", body });

  assert.equal(answer.status, 400);
  assert.equal((await listed(app)).length, 3);
});

test("entries that stand for no item are seen without their words, and removed one by one", async () => {
  const app = archive(strangers(40));
  await app.passDay();
  const reason = { code: "malformed" as const, detail: "not-an-import-job", at: nine, tries: 1 };
  await app.queue.poison({ bare: "words of somebody" }, reason);

  const found = await findStrangers(app, { mayGoOn: always });
  const [stranger] = found.strangers;
  const body = { messageIds: [stranger?.messageId], why: "a test of somebody's" };
  const removed = jsonOf(
    await ask(app, { method: "POST", path: "poison/strangers/discard", body }),
  );

  assert.equal(found.strangers.length, 1);
  assert.ok(!JSON.stringify(found).includes("words"));
  assert.equal(removed.discarded, 1);
  assert.equal(app.queue.poisoned.length, 40);
});

test("a delivery that was listed and came in after all is taken off the list", async () => {
  const app = archive([textItem("1")], { csv });
  await app.passDay();
  const listing = {
    itemKey: itemKey("wechat", "1"),
    mailbox: bob,
    connector: "wechat",
    runId: "wechat-20260105T090000000Z",
    code: "tries-exhausted" as const,
    at: app.now(),
  };
  await app.ledger.listSetAside(listing);

  assert.deepEqual(await countSetAside(app.ledger), {});
  assert.deepEqual(await listed(app), []);
});
