import assert from "node:assert/strict";
import { test } from "node:test";
import { telemetryEvents, telemetryMetrics } from "../../../shared/pipeline/telemetry.ts";
import { text } from "../../infra/files.ts";

interface Described {
  readonly kind?: string;
  readonly properties: Readonly<Record<string, string>>;
}

const catalogue: Record<"events" | "metrics", Record<string, Described>> = JSON.parse(
  text("infra/telemetry.json"),
);

test("the app can send the events that the catalogue describes, with their properties, and no other", () => {
  const described = Object.entries(catalogue.events).map(([name, { properties }]) => [
    name,
    Object.keys(properties).sort(),
  ]);

  const sent = Object.entries(telemetryEvents).map(([name, properties]) => [
    name,
    [...properties].sort(),
  ]);
  assert.deepEqual(sent, described);
});

test("the app can send the metrics that the catalogue describes, and no other", () => {
  const described = Object.entries(catalogue.metrics).map(([name, { kind, properties }]) => [
    name,
    { kind, properties: Object.keys(properties) },
  ]);

  assert.deepEqual(Object.entries(telemetryMetrics), described);
});
