import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Envelope } from "../../shared/adapters/telemetry/scrub.ts";
import { bundledProbe, type Probe } from "../adapters/telemetry/run-probe.ts";
import { table, text } from "../infra/files.ts";

const document = text("docs/cost.md");
/** Durations and ids of instances are of different lengths. */
const TOLERANCE = 0.05;

let probe: Probe;
before(async () => {
  probe = await bundledProbe();
});
after(() => probe?.remove());

const bytesOf = new Map(
  table(document, "## Bytes of telemetry").map((row) => [
    row["record"] ?? "",
    Number(row["bytes"]),
  ]),
);

function nameOf({ data: { baseData } }: Envelope): string {
  const [point] = (baseData["metrics"] as { name: string }[]) ?? [];
  return point?.name ?? String(baseData["name"]);
}

test("each record of telemetry is as large as the document says", async () => {
  const sent = await probe.sentBy("bill");

  const size = new Map(sent.map((one) => [nameOf(one), JSON.stringify(one).length]));
  const measured = {
    "span of a stage": size.get("import item"),
    "span of a request to Graph": size.get("POST /users/{id}/mailFolders/{id}/messages"),
    ItemConverted: size.get("ItemConverted"),
    ItemImported: size.get("ItemImported"),
    ItemPoisoned: size.get("ItemPoisoned"),
    "one value of a metric": size.get("connector_silent_hours"),
  };
  assert.deepEqual([...bytesOf.keys()], Object.keys(measured));
  for (const [record, bytes = 0] of Object.entries(measured)) {
    const stated = bytesOf.get(record) ?? 0;
    assert.ok(Math.abs(bytes - stated) <= TOLERANCE * stated, `${record}: ${bytes} bytes`);
  }
});

test("what an item leaves in telemetry is what its records add up to", () => {
  const bytes = (record: string) => bytesOf.get(record) ?? 0;
  const counted = table(document, "## What an item asks for")
    .filter(({ spans }) => Number(spans) > 0)
    .map((row) => {
      const graph = Number(row["Graph requests"]);
      const stages = Number(row["spans"]) - graph;
      const traces =
        stages * bytes("span of a stage") + graph * bytes("span of a request to Graph");
      const deliveries = Number(row["events"]) - 1;
      const events =
        deliveries > 0
          ? bytes("ItemConverted") + deliveries * bytes("ItemImported")
          : bytes("ItemPoisoned");
      const kb = (percent: number) => ((events + (traces * percent) / 100) / 1000).toFixed(1);
      return { kind: row["kind"], "100": kb(100), "10": kb(10), "0": kb(0) };
    });

  assert.deepEqual(counted, table(document, "## Telemetry of an item"));
});
