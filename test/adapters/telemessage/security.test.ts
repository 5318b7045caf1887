import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { outboundRules } from "../../../shared/adapters/outbound.ts";
import { ConfigurationError } from "../../../shared/domain/errors.ts";
import { DAY, gatewayFor, serverFor, sourceAt } from "./world.ts";

const azure = outboundRules({ allowedHosts: undefined, onAzure: true });

for (const status of [301, 302, 303, 307, 308]) {
  test(`a redirect (${status}) is not followed: the password would go with it`, async (t) => {
    let reached = 0;
    const other = await serverFor(t, (_request, response) => {
      reached += 1;
      response.end('{"items":[],"next":null}');
    });
    const url = await serverFor(t, (_request, response) => {
      response.writeHead(status, { location: `${other}/v1/account` }).end();
    });

    await assert.rejects(sourceAt(url).source.test(), { code: "stopped", detail: "redirected" });
    assert.equal(reached, 0);
  });
}

test("http is for the local stack only", () => {
  for (const [baseUrl, outbound] of [
    ["http://gateway.example", undefined],
    ["http://127.0.0.1:8080", azure],
  ] as const) {
    assert.throws(
      () => sourceAt(baseUrl, outbound && { outbound }),
      faults(/baseUrl must be https/),
    );
  }
});

test("a base URL holds no credentials, query or fragment", () => {
  for (const end of ["ann:secret@gateway.example", "gateway.example/?a=b", "gateway.example/#x"]) {
    assert.throws(() => sourceAt(`https://${end}`), faults(/scheme, host and path only/));
  }
});

test("without a password nobody signs in, not even as nobody", () => {
  for (const password of [undefined, ""]) {
    assert.throws(
      () => sourceAt("https://gateway.example", { password }),
      faults(/passwordSetting .* empty or absent/),
    );
  }
});

test("a fault of the configuration names the field, never its value", () => {
  assert.throws(
    () => sourceAt("http://ann:secret@gateway.example", { password: "" }),
    (error: Error) => !/secret|gateway\.example/.test(error.message),
  );
});

test("on Azure a gateway on loopback is refused before a byte is sent", async (t) => {
  let connections = 0;
  const server = createTcpServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const pointing = outboundRules({
    allowedHosts: undefined,
    onAzure: true,
    resolveAll: async () => [{ address: "127.0.0.1", family: 4 }],
  });

  for (const baseUrl of [`https://127.0.0.1:${port}`, `https://gateway.example:${port}`]) {
    const { source } = sourceAt(baseUrl, { outbound: pointing });
    await assert.rejects(source.test(), { code: "stopped", detail: "loopback-address" });
  }
  assert.equal(connections, 0);
});

test("a host that is not listed is refused", async (t) => {
  const gateway = await gatewayFor(t);
  const outbound = outboundRules({ allowedHosts: ["gateway.example"], onAzure: false });

  await assert.rejects(sourceAt(gateway.url, { outbound }).source.list(DAY, undefined), {
    code: "stopped",
    detail: "host-not-allowed",
  });
});

test("a certificate that nobody vouches for stops the connector, whatever the environment says", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const made = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const files = ["-keyout", key, "-out", cert];
  execFileSync("openssl", ["req", ...made, ...subject, ...files], { stdio: "ignore" });
  let asked = 0;
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, () => {
    asked += 1;
  }).listen(0, "localhost");
  await new Promise((resolve) => server.once("listening", resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
  t.after(() => delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"]);

  await assert.rejects(sourceAt(`https://localhost:${port}`).source.test(), {
    code: "stopped",
    detail: "untrusted-certificate",
  });
  assert.equal(asked, 0);
});

function faults(message: RegExp) {
  return (error: unknown) => error instanceof ConfigurationError && message.test(error.message);
}
