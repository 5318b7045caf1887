import assert from "node:assert/strict";
import { test } from "node:test";
import { clouds, type GraphCloud, scopeOf } from "../../../shared/adapters/graph/clouds.ts";
import { graphToken } from "../../../shared/adapters/graph/token.ts";

test("each cloud has its own Graph, its own sign-in, and a scope that names its Graph", () => {
  const facts = (Object.keys(clouds) as GraphCloud[]).map((cloud) => [
    cloud,
    clouds[cloud].baseUrl,
    clouds[cloud].authority,
    scopeOf(cloud),
  ]);

  assert.deepEqual(facts, [
    [
      "global",
      "https://graph.microsoft.com",
      "https://login.microsoftonline.com",
      "https://graph.microsoft.com/.default",
    ],
    [
      "usgov",
      "https://graph.microsoft.us",
      "https://login.microsoftonline.us",
      "https://graph.microsoft.us/.default",
    ],
    [
      "dod",
      "https://dod-graph.microsoft.us",
      "https://login.microsoftonline.us",
      "https://dod-graph.microsoft.us/.default",
    ],
    [
      "china",
      "https://microsoftgraph.chinacloudapi.cn",
      "https://login.chinacloudapi.cn",
      "https://microsoftgraph.chinacloudapi.cn/.default",
    ],
  ]);
});

test("a token that never expires is taken for a stand-in on this machine, and nowhere else", async () => {
  const staticToken = "local";

  const token = graphToken({ cloud: "global", baseUrl: "http://127.0.0.1:4000", staticToken });

  assert.equal(await token(), "local");
  for (const baseUrl of ["https://graph.microsoft.com", "http://127.0.0.1.example"]) {
    assert.throws(() => graphToken({ cloud: "global", baseUrl, staticToken }), {
      name: "ConfigurationError",
    });
  }
});

test("a certificate needs the tenant and the app beside it", () => {
  assert.throws(
    () => graphToken({ cloud: "global", certificatePath: "/tmp/app.pem", clientId: "app" }),
    { name: "ConfigurationError", message: /AZURE_TENANT_ID/ },
  );
});

test("a certificate that cannot be read is a sign-in that failed, and its path is not told", async () => {
  const token = graphToken({
    cloud: "global",
    certificatePath: "/nowhere/app.pem",
    clientId: "00000000-0000-4000-8000-000000000001",
    tenantId: "00000000-0000-4000-8000-000000000002",
  });

  await assert.rejects(token(), { name: "GraphFailure", message: "Graph: token" });
});
