import assert from "node:assert/strict";
import { test } from "node:test";
import { BlobServiceClient } from "@azure/storage-blob";
import { outboundRules } from "../../shared/adapters/outbound.ts";
import { type SourceDeps, sourceFaults, sourceFor } from "../../shared/adapters/source.ts";
import { Connector } from "../../shared/pipeline/connector.ts";

const service = new BlobServiceClient("https://account.blob.core.windows.net");

function depsOf(options: { settings?: Record<string, string>; hosts?: string[] } = {}): SourceDeps {
  return {
    secret: (name) => options.settings?.[name],
    outbound: outboundRules({ allowedHosts: options.hosts, onAzure: true }),
    dropService: service,
    archiveService: service,
    log: { info() {}, warn() {}, error() {} },
    now: () => new Date("2026-01-31T05:30:00Z"),
    sleep: async () => {},
  };
}

function connector(source: object): Connector {
  const file = { id: "wechat", type: "WeChat", enabled: true, source, mapping: {} };
  return Connector.parse(file);
}
const gateway = connector({
  kind: "telemessage",
  baseUrl: "https://gateway.example",
  username: "archive@contoso.com",
  passwordSetting: "WECHAT_PASSWORD",
});
const sftp = connector({
  kind: "sftp",
  host: "sftp.contoso.com",
  username: "archive",
  privateKeySetting: "WECHAT_KEY",
  hostKey: `SHA256:${"A".repeat(43)}`,
  path: "/outgoing",
});
const drop = connector({ kind: "drop", prefix: "wechat/" });

test("every kind of source is made from its connector file and its secret", () => {
  const deps = depsOf({ settings: { WECHAT_PASSWORD: "secret", WECHAT_KEY: "key" } });

  for (const one of [gateway, sftp, drop]) {
    assert.deepEqual(sourceFaults(one, deps), []);
    assert.deepEqual(Object.keys(sourceFor(one, deps)).sort(), ["list", "read", "test"]);
  }
});

test("a secret that is absent or empty is a fault of the file, named with its field", () => {
  for (const settings of [{}, { WECHAT_PASSWORD: "", WECHAT_KEY: "" }]) {
    const deps = depsOf({ settings });

    assert.match(sourceFaults(gateway, deps).join(), /^wechat: source\.passwordSetting must name/);
    assert.match(sourceFaults(sftp, deps).join(), /^wechat: source\.privateKeySetting must name/);
    assert.throws(() => sourceFor(sftp, deps), { name: "ConfigurationError" });
  }
});

test("a host that is not listed is a fault of the file, before anybody connects", () => {
  const deps = depsOf({
    settings: { WECHAT_PASSWORD: "secret", WECHAT_KEY: "key" },
    hosts: ["gateway.example:8443"],
  });

  assert.match(
    sourceFaults(gateway, deps).join(),
    /^wechat: source\.baseUrl .*SOURCE_ALLOWED_HOSTS/,
  );
  assert.match(sourceFaults(sftp, deps).join(), /^wechat: source\.host .*SOURCE_ALLOWED_HOSTS/);
});

test("an address inside the platform is a fault of the file", () => {
  const deps = depsOf({ settings: { WECHAT_PASSWORD: "secret" } });
  const source = { ...gateway.source, baseUrl: "https://169.254.169.254/metadata" };

  assert.match(
    sourceFaults({ id: "wechat", source }, deps).join(),
    /^wechat: source\.baseUrl must not be an address inside the platform/,
  );
});
