import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigurationError } from "../shared/domain/errors.ts";
import { readSettings, settingNames, triggerSettings } from "../shared/settings.ts";

const least = {
  ArchiveStorage: "UseDevelopmentStorage=true",
  GRAPH_CLOUD: "global",
  TENANT_HASH_SALT: "a salt",
};

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    readSettings(env);
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.faults;
  }
  return [];
}

test("three settings are enough; all others have defaults", () => {
  const settings = readSettings(least);

  assert.deepEqual(settings.archiveStorage, { connectionString: "UseDevelopmentStorage=true" });
  assert.deepEqual(settings.dropStorage, settings.archiveStorage);
  assert.equal(settings.onAzure, false);
  assert.equal(settings.signInEnabled, false);
  assert.equal(settings.operationsAllowAnonymous, false);
  assert.deepEqual(triggerSettings(least), {
    collectSchedule: "0 */15 * * * *",
    reconcileSchedule: "0 7,22,37,52 * * * *",
    blobSource: "LogsAndContainerScan",
  });
});

test("every wrong setting is told at once, each with its remedy and none with its value", () => {
  const faults = faultsOf({
    GRAPH_CLOUD: "mars",
    GRAPH_BASE_URL: "http://graph.example",
    GRAPH_STATIC_TOKEN: "hush-hush",
    COLLECT_SCHEDULE: "daily",
    BLOB_TRIGGER_SOURCE: "Pigeons",
    OPERATIONS_ALLOW_ANONYMOUS: "maybe",
  });

  for (const name of [
    "ArchiveStorage",
    "GRAPH_CLOUD",
    "GRAPH_BASE_URL",
    "GRAPH_STATIC_TOKEN",
    "TENANT_HASH_SALT",
    "COLLECT_SCHEDULE",
    "BLOB_TRIGGER_SOURCE",
    "OPERATIONS_ALLOW_ANONYMOUS",
  ]) {
    assert.equal(faults.filter((fault) => fault.startsWith(name)).length, 1, name);
  }
  assert.doesNotMatch(faults.join(), /mars|hush|graph\.example|daily|Pigeons|maybe/);
});

test("storage by identity needs all three addresses", () => {
  const { ArchiveStorage: _, ...rest } = least;
  const blob = { ...rest, ArchiveStorage__blobServiceUri: "https://a.blob.core.windows.net" };

  assert.match(faultsOf(blob).join(), /queueServiceUri.*tableServiceUri/);
  assert.deepEqual(
    faultsOf({
      ...blob,
      ArchiveStorage__queueServiceUri: "https://a.queue.core.windows.net",
      ArchiveStorage__tableServiceUri: "https://a.table.core.windows.net",
    }),
    [],
  );
});

test("a token of one's own is for a stand-in on this machine only", () => {
  const token = { ...least, GRAPH_STATIC_TOKEN: "t" };

  assert.equal(faultsOf(token).length, 1);
  assert.equal(faultsOf({ ...token, GRAPH_BASE_URL: "https://graph.microsoft.com" }).length, 1);
  for (const host of ["127.0.0.1:8080", "localhost:8080", "[::1]:8080"]) {
    assert.deepEqual(faultsOf({ ...token, GRAPH_BASE_URL: `http://${host}` }), []);
  }
});

test("a slash at the end of the Graph address does no harm", () => {
  const { graph } = readSettings({ ...least, GRAPH_BASE_URL: "http://127.0.0.1:8080/" });

  assert.equal(graph.baseUrl, "http://127.0.0.1:8080");
});

test("on Azure nobody may open the operator routes to everyone", () => {
  const open = { ...least, OPERATIONS_ALLOW_ANONYMOUS: "true" };

  assert.deepEqual(faultsOf(open), []);
  assert.match(
    faultsOf({ ...open, WEBSITE_SITE_NAME: "archive" }).join(),
    /must not be true on Azure/,
  );
});

test("sign-in counts as switched on only when Azure says so, in whatever letters", () => {
  assert.equal(readSettings({ ...least, WEBSITE_AUTH_ENABLED: "True" }).signInEnabled, true);
  assert.equal(readSettings({ ...least, WEBSITE_AUTH_ENABLED: "False" }).signInEnabled, false);
});

test("the names of all settings are known to those who check Bicep and docs against them", () => {
  for (const name of Object.keys(least)) assert.ok(settingNames.includes(name));
});

test("a connection string that is none is told as a wrong setting, without its words", () => {
  for (const wrong of ["garbage", "AccountName=a", "AccountName=a;AccountKey=", "BlobEndpoint=a"]) {
    const [fault, ...more] = faultsOf({ ...least, ArchiveStorage: wrong, DropStorage: "" });

    assert.match(fault ?? "", /^ArchiveStorage must be a storage account's connection string/);
    assert.doesNotMatch(fault ?? "", /garbage/);
    assert.deepEqual(more, []);
  }
  for (const right of [
    "UseDevelopmentStorage=true;",
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=a2V5==;EndpointSuffix=core.windows.net",
    "AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:1/a;",
    "BlobEndpoint=https://a.blob.core.windows.net;SharedAccessSignature=sv=1&sig=x%3D",
  ]) {
    assert.deepEqual(faultsOf({ ...least, ArchiveStorage: right }), []);
  }
});

test("an address of Graph that holds a password is refused", () => {
  const [fault] = faultsOf({ ...least, GRAPH_BASE_URL: "https://ann:secret@graph.example" });

  assert.match(fault ?? "", /^GRAPH_BASE_URL must be scheme and host/);
  assert.doesNotMatch(fault ?? "", /secret/);
});
