import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Envelope } from "../../../shared/adapters/telemetry/scrub.ts";
import { bundledProbe, type Probe } from "./run-probe.ts";

let probe: Probe;
before(async () => {
  probe = await bundledProbe();
});
after(() => probe?.remove());

const spans = (sent: readonly Envelope[]) =>
  sent.filter(({ data }) => data.baseType === "RemoteDependencyData");
const named = (sent: readonly Envelope[], name: string) =>
  sent.filter(({ data }) => data.baseData["name"] === name);
const propertiesOf = ({ data }: Envelope) => data.baseData["properties"] as Record<string, string>;

test("an item's stages are one trace, each linked to the invocation it ran in", async () => {
  const sent = await probe.sentBy("way");

  const [collect, convert, imported, request] = [
    "collect item",
    "convert item",
    "import item",
    "GET /users/{id}",
  ].map((name) => named(sent, name)[0]);
  const trace = collect?.tags["ai.operation.id"];
  assert.match(trace ?? "", /^[0-9a-f]{32}$/);
  for (const one of [convert, imported, request, ...named(sent, "ItemImported")]) {
    assert.equal(one?.tags["ai.operation.id"], trace);
  }
  assert.equal(convert?.tags["ai.operation.parentId"], collect?.data.baseData["id"]);
  assert.equal(request?.tags["ai.operation.parentId"], imported?.data.baseData["id"]);
  assert.equal(request?.data.baseData["target"], "graph.microsoft.com");
  assert.deepEqual(
    [collect, convert, imported].map((it) => it && propertiesOf(it)["_MS.links"]),
    Array(3).fill(`[{"operation_Id":"${"a".repeat(32)}","id":"${"b".repeat(16)}"}]`),
  );
});

test("a failure is told by its class and its status, never by its message", async () => {
  const sent = await probe.sentBy("failures");

  const [convert] = named(sent, "convert item");
  assert.equal(convert?.data.baseData["success"], false);
  assert.equal(convert && propertiesOf(convert)["error"], "SyntaxError");
  const [request] = named(sent, "withheld");
  assert.equal(request?.data.baseData["resultCode"], "429");
  const throttled = sent.flatMap(({ data }) => data.baseData["metrics"] ?? []);
  assert.deepEqual(throttled, [
    { name: "graph_throttled_requests", kind: "Aggregation", value: 1, count: 1, min: 1, max: 1 },
  ]);
  assert.doesNotMatch(JSON.stringify(sent), /Ann|Smith|0100|meet|Unexpected/);
});

test("what does not look like an id, a code, a count or a time stays in", async () => {
  const sent = await probe.sentBy("hostile");

  const [changed, added] = named(sent, "ItemImported").map(propertiesOf);
  assert.equal(changed?.["outcome"], "withheld");
  assert.equal(changed?.["mailbox"], "withheld");
  assert.deepEqual(Object.keys(added ?? {}).sort(), [
    "connector",
    "itemKey",
    "mailbox",
    "outcome",
    "runId",
  ]);
  const queues = sent.filter(({ data }) => data.baseType === "MetricData").map(propertiesOf);
  assert.deepEqual(queues, [{ queue: "withheld" }, { queue: "import-jobs" }]);
  assert.equal(sent.length, 4);
  assert.doesNotMatch(JSON.stringify(sent), /Ann|Smith|0100|meet|contoso/);
});

test("no environment variable takes the scrubber away, or sends telemetry elsewhere", async () => {
  const options = {
    samplingRatio: 0,
    azureMonitorExporterOptions: { additionalPolicies: [], disableOfflineStorage: false },
  };

  const sent = await probe.sentBy("hostile", 100, {
    APPLICATIONINSIGHTS_CONFIGURATION_CONTENT: JSON.stringify(options),
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_LOGS_EXPORTER: "otlp",
    OTEL_METRICS_EXPORTER: "otlp",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9",
    APPLICATIONINSIGHTS_INSTRUMENTATION_LOGGING_LEVEL: "VERBOSE",
  });

  assert.equal(sent.length, 4);
  assert.doesNotMatch(JSON.stringify(sent), /Ann|Smith|0100|meet|contoso/);
});

test("of sampled traces an item leaves all or nothing; events and metrics are always sent", async () => {
  const half = await probe.sentBy("sampled", 50);
  const none = await probe.sentBy("sampled", 0);

  const traces = Map.groupBy(spans(half), ({ tags }) => tags["ai.operation.id"]);
  assert.ok(traces.size > 50 && traces.size < 150, `${traces.size} of 200`);
  assert.ok([...traces.values()].every((of) => of.length === 2));
  assert.ok(spans(half).every(({ sampleRate }) => sampleRate === 50));
  assert.equal(spans(none).length, 0);
  for (const sent of [half, none]) {
    const events = named(sent, "ItemImported");
    assert.equal(events.length, 200);
    assert.ok(events.every(({ sampleRate }) => sampleRate === 100));
    const [point] = sent.flatMap(({ data }) => (data.baseData["metrics"] as object[]) ?? []);
    assert.deepEqual(point, {
      name: "graph_requests_per_item",
      kind: "Aggregation",
      value: 200,
      count: 200,
      min: 1,
      max: 1,
    });
  }
});
