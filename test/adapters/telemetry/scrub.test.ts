import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Envelope, scrub, WITHHELD } from "../../../shared/adapters/telemetry/scrub.ts";
import { scrubPolicy } from "../../../shared/adapters/telemetry/scrub-policy.ts";
import { shapes } from "../../../shared/adapters/telemetry/shapes.ts";
import { telemetryEvents, telemetryMetrics } from "../../../shared/pipeline/telemetry.ts";

const options = { role: "archive", graphHost: "graph.microsoft.com" };
const SECRET = "Ann Smith, +1 555 0100, ann@contoso.com";

function envelope(baseType: string, baseData: object): Envelope {
  return {
    ver: 1,
    name: "Microsoft.ApplicationInsights.Whatever",
    time: "2026-01-05T09:00:00.000Z",
    iKey: "11111111-2222-4333-8444-555555555555",
    sampleRate: 100,
    tags: { "ai.cloud.roleInstance": "instance-1", "ai.operation.id": "a".repeat(32) },
    data: { baseType, baseData: baseData as Envelope["data"]["baseData"] },
  };
}

const dependency = {
  name: "POST /users/{id}/mailFolders/{id}/messages",
  id: "b".repeat(16),
  success: true,
  resultCode: "2xx",
  duration: "00:00:00.0285736",
  type: "Http",
  target: "graph.microsoft.com",
  data: "https://graph.microsoft.com/v1.0/users/ann@contoso.com?$filter=subject eq 'x'",
  properties: { connector: "wechat", "http.url": "https://graph.microsoft.com/?token=x" },
};

test("a dependency keeps its template, its host and its outcome, and loses its URL", () => {
  const [sent] = scrub([envelope("RemoteDependencyData", dependency)], options);

  const { data: _, properties, ...rest } = dependency;
  assert.deepEqual(sent?.data.baseData, {
    ver: 2,
    ...rest,
    properties: { connector: properties.connector },
  });
});

test("a span whose name or target is not one of ours is told without it", () => {
  const odd = { ...dependency, name: "GET /users/ann@contoso.com", target: "evil.example" };

  const [sent] = scrub([envelope("RemoteDependencyData", odd)], options);

  assert.equal(sent?.data.baseData["name"], WITHHELD);
  assert.equal("target" in (sent?.data.baseData ?? {}), false);
});

test("exceptions, messages, requests and whatever else the packages collect stay in", () => {
  const others = [
    envelope("ExceptionData", { exceptions: [{ typeName: "Error", message: SECRET }] }),
    envelope("MessageData", { message: SECRET }),
    envelope("RequestData", { name: SECRET, url: SECRET }),
    envelope("MetricData", { metrics: [{ name: "_OTELRESOURCE_", value: 1 }] }),
    envelope("EventData", { name: "constructor", properties: {} }),
    envelope("EventData", { name: "toString", properties: {} }),
    envelope("FutureData", { anything: SECRET }),
  ];

  assert.deepEqual(scrub(others, options), []);
});

test("an address of a network, a user or a session stands in no tag", () => {
  const tags = {
    "ai.location.ip": "203.0.113.9",
    "ai.user.authUserId": "ann@contoso.com",
    "ai.operation.name": SECRET,
    "ai.operation.parentId": "not hex",
    "ai.cloud.role": "whatever",
  };

  const [sent] = scrub([{ ...envelope("EventData", { name: "RunBalanced" }), tags }], options);

  assert.deepEqual(sent?.tags, { "ai.cloud.role": "archive" });
});

test("a gauge tells its value as the largest too, which is what the alerts read", () => {
  const point = { name: "connector_silent_hours", value: 27.5, count: 1 };

  const [sent] = scrub(
    [envelope("MetricData", { metrics: [point], properties: { connector: "wechat" } })],
    options,
  );

  assert.deepEqual(sent?.data.baseData["metrics"], [
    { ...point, kind: "Aggregation", min: 27.5, max: 27.5 },
  ]);
});

test("every property that may be told has a shape", () => {
  const told = [
    ...Object.values(telemetryEvents).flat(),
    ...Object.values(telemetryMetrics).flatMap(({ properties }) => properties),
  ];

  assert.deepEqual(
    told.filter((name) => !(name in shapes)),
    [],
  );
});

test("wherever in whatever envelope a person's words stand, they do not come out", () => {
  const key = fc.constantFrom(
    ...["name", "time", "iKey", "sampleRate", "tags", "data", "baseType", "baseData", "metrics"],
    ...["properties", "id", "resultCode", "duration", "type", "target", "value", "kind", "error"],
    ...Object.keys(shapes),
  );
  const leaf = fc.constantFrom<unknown>(
    ...[SECRET, `x${SECRET}`, [SECRET], { text: SECRET }, 1, true, null, "", "wechat"],
    ...["EventData", "MetricData", "RemoteDependencyData"],
    ...[...Object.keys(telemetryEvents), ...Object.keys(telemetryMetrics)],
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(leaf, fc.dictionary(key, tie("tree"), { maxKeys: 6 })),
  }));
  const baseData = fc.record(
    {
      name: fc.oneof(fc.constantFrom(...Object.keys(telemetryEvents)), tree),
      metrics: fc.array(fc.record({ name: leaf, value: leaf, count: leaf }), { maxLength: 2 }),
      properties: fc.dictionary(key, leaf, { maxKeys: 6 }),
      target: leaf,
      id: leaf,
    },
    { requiredKeys: [] },
  );
  const baseType = fc.constantFrom("EventData", "MetricData", "RemoteDependencyData");
  const whole = fc.record({ time: tree, tags: tree, data: fc.record({ baseType, baseData }) });

  fc.assert(
    fc.property(fc.oneof(whole, tree), (envelope) => {
      assert.doesNotMatch(JSON.stringify(scrub([envelope], options)), /Ann|Smith|0100|contoso/);
    }),
    { numRuns: 2_000 },
  );
});

test("what cannot be read as telemetry is not sent at all", async () => {
  const policy = scrubPolicy(options);
  const sent: unknown[] = [];
  const next = async (request: { body?: unknown }) => sent.push(request.body);

  await assert.rejects(async () => policy.sendRequest({ body: `{"text":"${SECRET}"` }, next));
  await assert.rejects(async () => policy.sendRequest({ body: { text: SECRET } }, next));

  assert.deepEqual(sent, []);
});
