import assert from "node:assert/strict";
import { test } from "node:test";
import { itemKey } from "../../shared/domain/item-key.ts";
import { operationRoutes } from "../../shared/operations/http/routes.ts";
import { archive, textItem } from "../fakes/archive.ts";
import { ask, jsonOf, principal } from "../fakes/operator.ts";

const csv = "15550100,ann@contoso.com\n15550101,bob@contoso.com\n";
const REASON = "Ann asked for it";

/** An archive with something of everything in it, whose words and numbers would be seen anywhere. */
async function full() {
  const app = archive(
    [
      textItem("1", { text: "the secret words" }),
      textItem("2", { from: "15559998", to: ["15559999"] }),
    ],
    { csv },
  );
  await app.passDay();
  const order = { kind: "redrive" as const, by: "x", why: REASON };
  await app.order("redrive", { selection: { code: "unmapped" } });
  await app.settle();
  await app.orders.add({
    ...order,
    id: "20260105T090000000Z-beef",
    startedAt: app.now(),
    parameters: {},
  });
  const span = { from: app.now(), until: app.now() };
  const backfill = { connector: "wechat", id: "backfill-1", span, by: "x", why: REASON };
  await app.checkpoints.startBackfill({ ...backfill, startedAt: app.now() });
  return app;
}

test("a reader sees states and counts: no number, no name, no address, no text, no operator's words", async () => {
  const app = await full();
  const headers = { "x-ms-client-principal": principal("Archive.Reader") };
  const [run] = await app.allRuns();
  const params: Record<string, string> = {
    connector: "wechat",
    run: run?.runId ?? "",
    item: itemKey("wechat", "2"),
    order: "20260105T090000000Z-beef",
    backfill: "backfill-1",
  };

  const seen: string[] = [];
  for (const { method, path, roles } of operationRoutes) {
    if (method !== "GET" || !roles.includes("Archive.Reader") || path === "mapping/template")
      continue;
    const place = path.replaceAll(/:(\w+)/g, (_, name: string) => params[name] ?? "");
    const answer = await ask(app, { path: place, headers, signIn: "platform" });
    assert.equal(answer.status, 200, `${path}: ${answer.body}`);
    seen.push(path);
    for (const word of ["1555", "@contoso.com", "secret", "Ann", '"why"', "gateway.example"]) {
      assert.ok(!String(answer.body).includes(word), `${path} tells ${word}`);
    }
  }
  assert.ok(seen.length >= 12);
});

test("whoever has another role reads why something was done", async () => {
  const app = await full();
  const headers = { "x-ms-client-principal": principal("Archive.Operator") };

  const order = jsonOf(
    await ask(app, { path: "orders/20260105T090000000Z-beef", headers, signIn: "platform" }),
  );

  assert.equal(order.why, REASON);
});

test("what the source calls an item is told to auditors alone: some sources put a number into it", async () => {
  const app = await full();
  const place = `items/${itemKey("wechat", "1")}`;

  for (const [role, expected] of [
    ["Archive.Auditor", "1"],
    ["Archive.Operator", undefined],
    ["Archive.Reader", undefined],
  ] as const) {
    const headers = { "x-ms-client-principal": principal(role) };
    const told = jsonOf(await ask(app, { path: place, headers, signIn: "platform" }));
    assert.equal(told.sourceItemId, expected, role);
  }
});
