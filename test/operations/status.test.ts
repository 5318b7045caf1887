import assert from "node:assert/strict";
import { test } from "node:test";
import { SourceError } from "../../shared/domain/errors.ts";
import { statusOf } from "../../shared/operations/status.ts";
import { archive, textItem } from "../fakes/archive.ts";
import { HOUR, MINUTE } from "../fakes/world.ts";

const csv = "15550100,ann@contoso.com\n15550101,bob@contoso.com\n";

test("everything is there: collected, imported, closed, and nothing set aside", async () => {
  const app = archive([textItem("1")], { csv });
  await app.passDay();

  const status = await statusOf(app);

  assert.equal(status.isEverythingThere, true);
  assert.deepEqual(status.because, []);
  assert.equal(status.connectors[0]?.state, "up to date");
});

test("what is under way is not there yet", async () => {
  const app = archive([textItem("1")], { csv });
  await app.collect();
  await app.reconcile();

  const { because } = await statusOf(app);

  assert.deepEqual(because, ["wechat: 1 runs are open, 1 deliveries pending"]);
});

test("a connector that never brought anything is silent since it was first looked after", async () => {
  const app = archive([], { csv });
  await app.passDay();
  app.pass(27 * HOUR);
  await app.passDay();

  const { because, connectors } = await statusOf(app);

  assert.equal(connectors[0]?.isSilent, true);
  assert.ok(because.some((it) => it.startsWith("wechat: the source has given nothing for")));
});

test("each reason is told by itself: refused source, wrong file, outage of Graph, a connector left behind", async () => {
  const app = archive([textItem("1")], { csv });
  await app.passDay();
  app.source.down = new SourceError("stopped", "unauthorized");
  app.pass(24 * HOUR);
  await app.collect();
  app.put("connectors/signal.json", "{");
  const until = new Date(app.now().getTime() + HOUR);
  await app.gates.close("app", { until, since: app.now(), code: "graph-forbidden" });

  const refused = await statusOf(app);
  app.source.down = undefined;
  app.pass(30 * 24 * HOUR);

  assert.ok(refused.because.includes("everything waits for Graph: graph-forbidden"));
  assert.ok(refused.because.includes("wechat: source failed (unauthorized)"));
  assert.ok(refused.because.includes("signal: file refused"));
});

test("a connector whose file was taken away still shows what it owes", async () => {
  const app = archive([textItem("1", { from: "15559998", to: ["15559999"] })], { csv });
  await app.passDay();
  app.blobs.delete("config/connectors/wechat.json");
  app.pass(MINUTE);

  const { connectors } = await statusOf(app);

  assert.equal(connectors[0]?.state, "file gone");
  assert.deepEqual(connectors[0]?.setAside, { unmapped: 1 });
});
