import assert from "node:assert/strict";
import { test } from "node:test";
import { SourceError } from "../../shared/domain/errors.ts";
import { itemKey } from "../../shared/domain/item-key.ts";
import { collectConnector } from "../../shared/pipeline/collect-connector.ts";
import { settleUnknown } from "../../shared/pipeline/settle.ts";
import { ann, archive, bob, textItem } from "../fakes/archive.ts";
import { type HeldItem, memorySource } from "../fakes/memory-source.ts";
import { HOUR, nine, world } from "../fakes/world.ts";

const CSV = "15550100,ann@contoso.com\n15550101,bob@contoso.com\n";
const RUN = "wechat-20260105T090000000Z";
const wechat = { connector: "wechat" };
const always = () => true;

function held(count: number): HeldItem[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `${n}`,
    receivedAt: new Date(nine.getTime() - HOUR + n),
    mediaType: "message/rfc822",
    bytes: "0123456789",
  }));
}

test("a window is told once, with what all its pages came to, over however many ticks", async () => {
  const ports = world();
  const source = memorySource(held(5), { pageSize: 2 });
  let left = 4;
  const collect = (mayGoOn: () => boolean) =>
    collectConnector({ id: "wechat", collectAfter: "05:30" }, source, ports, {
      tick: nine,
      mayGoOn,
    });

  await collect(() => left-- > 0);
  const early = ports.telemetry.eventsOf("WindowCollected");
  await collect(always);

  assert.deepEqual(early, []);
  assert.deepEqual(ports.telemetry.eventsOf("WindowCollected"), [
    {
      connector: "wechat",
      runId: RUN,
      windowFrom: "2026-01-04T09:00:00.000Z",
      windowUntil: "2026-01-05T09:00:00.000Z",
      fromSource: 5,
      known: 0,
      bytes: 50,
    },
  ]);
});

test("items that were known already are told as such, and leave no span", async () => {
  const app = archive([textItem("1")], { csv: CSV });
  await app.passDay();
  const spans = app.telemetry.stages.length;

  app.pass(20.5 * HOUR);
  await app.collect();

  const [, second] = app.telemetry.eventsOf("WindowCollected");
  assert.deepEqual(
    [second?.["fromSource"], second?.["known"], second?.["bytes"]],
    [app.held.length, app.held.length, 0],
  );
  assert.equal(app.telemetry.stages.length, spans);
});

test("one trace leads an item through the stages", async () => {
  const app = archive([textItem("1")], { csv: CSV });

  await app.passDay();

  const key = itemKey("wechat", "1");
  const { traceparent } = (await app.ledger.item(key)) ?? {};
  assert.match(traceparent ?? "", /^00-/);
  assert.deepEqual(app.telemetry.stages, [
    { stage: "collect", ...wechat, itemKey: key, runId: RUN },
    { stage: "convert", ...wechat, itemKey: key, runId: RUN, traceparent },
  ]);
});

test("an item is told when it is converted, and again for each mailbox that has it", async () => {
  const app = archive([textItem("1")], { csv: CSV });

  await app.passDay();

  const of = { ...wechat, runId: RUN, itemKey: itemKey("wechat", "1") };
  assert.deepEqual(app.telemetry.eventsOf("ItemConverted"), [{ ...of, deliveries: 2 }]);
  assert.deepEqual(app.telemetry.eventsOf("ItemImported"), [
    { ...of, mailbox: ann, outcome: "imported" },
    { ...of, mailbox: bob, outcome: "imported" },
  ]);
});

test("a delivery that comes again is not told again", async () => {
  const app = archive([textItem("1")], { csv: CSV });
  await app.collect();
  await app.convert();
  app.queue.jobs.push(...app.queue.jobs);

  await app.import();

  assert.equal(app.telemetry.eventsOf("ItemImported").length, 2);
});

test("files that were left out are told", async () => {
  const app = archive([textItem("1")], { csv: CSV });
  await app.collect();
  await app.convert();
  const key = itemKey("wechat", "1");
  await app.ledger.recordItem(key, { filesLeftOut: 1, changedAt: app.now() });

  await app.import();

  const outcomes = app.telemetry.eventsOf("ItemImported").map(({ outcome }) => outcome);
  assert.deepEqual(outcomes, ["partial", "partial"]);
});

test("whatever is set aside is told with its code", async () => {
  const app = archive([textItem("1")]);

  await app.passDay();
  await settleUnknown("no job", app);

  assert.deepEqual(app.telemetry.eventsOf("ItemPoisoned"), [
    { ...wechat, runId: RUN, itemKey: itemKey("wechat", "1"), code: "unmapped" },
    { connector: "unknown", runId: "", itemKey: "", code: "malformed" },
  ]);
});

test("a run that closes is told once, and its counts with it", async () => {
  const app = archive([textItem("1"), textItem("2")], { csv: CSV });

  await app.passDay();

  assert.deepEqual(app.telemetry.eventsOf("RunBalanced"), [
    { ...wechat, runId: RUN, available: 4, imported: 4, partial: 0, skipped: 0, rejected: 0 },
  ]);
  assert.equal(app.telemetry.valueOf("available_deliveries", wechat), 4);
  assert.equal(app.telemetry.valueOf("imported_deliveries", wechat), 4);
});

test("a run that stays open for a day is told at every tick", async () => {
  const app = archive([textItem("1")], { csv: CSV });
  await app.collect();

  app.pass(25 * HOUR);
  await app.reconcile();
  await app.reconcile();

  const told = app.telemetry.eventsOf("RunUnbalanced");
  assert.equal(told.length, 2);
  assert.deepEqual([told[0]?.["available"], told[0]?.["pending"]], [1, 1]);
});

test("what waits longest is measured from when it was collected", async () => {
  const app = archive([textItem("1")], { csv: CSV });
  await app.collect();

  app.pass(3 * HOUR);
  await app.reconcile();
  const waiting = app.telemetry.valueOf("oldest_pending_hours", wechat);
  await app.settle();

  assert.equal(waiting, 3);
  assert.equal(app.telemetry.valueOf("oldest_pending_hours", wechat), 0);
});

test("a run that there was no time to look at is measured from its beginning", async () => {
  const app = archive([textItem("1")], { csv: CSV });
  await app.collect();

  app.pass(5 * HOUR);
  await app.reconcile({}, () => false);

  assert.equal(app.telemetry.valueOf("oldest_pending_hours", wechat), 5);
});

test("silence is measured of every connector, one that never gave anything too", async () => {
  const silent = archive([]);
  const gave = archive([textItem("1")], { csv: CSV });
  for (const app of [silent, gave]) {
    await app.collect();
    app.pass(30 * HOUR);
    await app.reconcile();
  }

  assert.equal(silent.telemetry.valueOf("connector_silent_hours", wechat), 30);
  // Its one item was received an hour before.
  assert.equal(gave.telemetry.valueOf("connector_silent_hours", wechat), 31);
});

test("a connector file that is wrong is measured, and one that is switched off is left alone", async () => {
  const app = archive([]);
  app.put("connectors/broken.json", "{");
  const file = JSON.parse(String(app.blobs.get("config/connectors/wechat.json")));
  app.put("connectors/off.json", JSON.stringify({ ...file, id: "off", enabled: false }));

  await app.reconcile();

  const of = (connector: string) => app.telemetry.valueOf("connector_refused", { connector });
  assert.deepEqual([of("broken"), of("off"), of("wechat")], [1, 0, 0]);
  const silent = app.telemetry.measured.filter(({ name }) => name === "connector_silent_hours");
  assert.deepEqual(
    silent.map(({ properties }) => properties),
    [wechat],
  );
});

test("a source that refuses the sign-in is measured until it takes it again", async () => {
  const app = archive([textItem("1")], { csv: CSV });
  const measured = async () => {
    await app.reconcile();
    return app.telemetry.valueOf("source_sign_in_failed", wechat);
  };

  app.source.down = new SourceError("stopped", "unauthorized");
  await app.collect();
  const refused = await measured();
  app.source.down = undefined;
  await app.collect();
  const taken = await measured();

  assert.deepEqual([refused, taken], [1, 0]);
});

test("a source that is merely away is no failed sign-in", async () => {
  const app = archive([textItem("1")]);
  app.source.down = new SourceError("unavailable", "connect-timeout");

  await app.collect();
  await app.reconcile();

  assert.equal(app.telemetry.valueOf("source_sign_in_failed", wechat), 0);
});

test("the gate that keeps the whole app waiting is measured by its reason", async () => {
  const app = archive([]);
  const open = (reason: string) => app.telemetry.valueOf("breaker_open", { reason });
  await app.gates.close("app", { until: nine, since: nine, code: "graph-forbidden" });

  await app.reconcile();
  const closed = [open("consent"), open("outage")];
  await app.gates.open("app");
  await app.reconcile();

  assert.deepEqual(closed, [1, 0]);
  assert.deepEqual([open("consent"), open("outage")], [0, 0]);
});

test("queues are measured before anything in them is given a code", async () => {
  const app = archive([textItem("1")], { csv: CSV });
  await app.collect();
  await app.convert();
  await app.queue.poison(
    { bare: "what the host left" },
    { code: "malformed", detail: "x", at: nine, tries: 5 },
  );

  await app.reconcile();

  const entries = (queue: string) => app.telemetry.valueOf("queue_entries", { queue });
  assert.deepEqual(
    ["import-jobs", "import-jobs-poison", "webjobs-blobtrigger-poison"].map(entries),
    [2, 1, 0],
  );
});
