import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigurationError } from "../../../shared/domain/errors.ts";
import { readSettings } from "../../../shared/settings.ts";

const required = {
  ArchiveStorage: "UseDevelopmentStorage=true",
  GRAPH_CLOUD: "global",
  TENANT_HASH_SALT: "a made-up salt",
};
const connection = "InstrumentationKey=11111111-2222-4333-8444-555555555555";
const watched = { ...required, APPLICATIONINSIGHTS_CONNECTION_STRING: connection };

const told = (more: Record<string, string>) =>
  readSettings({ ...watched, ...more }).applicationInsights;

test("without a connection string nobody is told anything", () => {
  assert.equal(readSettings(required).applicationInsights, undefined);
});

test("every item leaves a trace unless a setting says otherwise", () => {
  assert.equal(told({})?.tracesPercent, 100);
  assert.equal(told({ TRACE_SAMPLING_PERCENT: "" })?.tracesPercent, 100);
  assert.equal(told({ TRACE_SAMPLING_PERCENT: "10" })?.tracesPercent, 10);
  assert.equal(told({ TRACE_SAMPLING_PERCENT: "0" })?.tracesPercent, 0);
});

test("a share of traces that is no percentage is refused, with its remedy", () => {
  for (const wrong of ["101", "-1", "0.5", "all", "1e1"]) {
    assert.throws(
      () => told({ TRACE_SAMPLING_PERCENT: wrong }),
      (error: ConfigurationError) =>
        error instanceof ConfigurationError &&
        error.message === "TRACE_SAMPLING_PERCENT must be a whole number from 0 to 100",
    );
  }
});

test("by which identity telemetry is sent is said as Azure says it", () => {
  const identity = (authentication: string) =>
    told({ APPLICATIONINSIGHTS_AUTHENTICATION_STRING: authentication })?.identity;

  assert.deepEqual(identity("ClientId=6666-7777;Authorization=AAD"), { clientId: "6666-7777" });
  assert.deepEqual(identity("Authorization=AAD; ClientId=6666-7777"), { clientId: "6666-7777" });
  assert.deepEqual(identity("Authorization=AAD"), {});
  assert.equal(identity("Authorization=IKey"), undefined);
  assert.equal(told({})?.identity, undefined);
});

test("on Azure telemetry shows under the app's own name", () => {
  assert.equal(told({ WEBSITE_SITE_NAME: "archive-app" })?.role, "archive-app");
});
