import assert from "node:assert/strict";
import { createServer } from "node:http";
import { type AddressInfo, connect, isIP } from "node:net";
import { after, before, test } from "node:test";
import { type Outbound, outboundRules } from "../../../shared/adapters/outbound.ts";

const dns: Record<string, string[]> = {
  "gateway.example": ["203.0.113.7"],
  "inside.contoso.com": ["10.1.2.3"],
  "half.contoso.com": ["203.0.113.7", "10.1.2.3"],
  "sneaky.example": ["127.0.0.1"],
  "metadata.example": ["169.254.169.254"],
  "mapped.example": ["::ffff:169.254.169.254"],
  "nat64.example": ["64:ff9b::a9fe:a9fe"],
  "wire.example": ["168.63.129.16"],
};
const resolveAll = async (name: string) =>
  (dns[name] ?? []).map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

const anywhere = outboundRules({ allowedHosts: undefined, onAzure: false, resolveAll });
const onAzure = outboundRules({ allowedHosts: undefined, onAzure: true, resolveAll });
const listing = (...allowedHosts: string[]) =>
  outboundRules({ allowedHosts, onAzure: true, resolveAll });

test("without a list, any public host may be a source", async () => {
  const address = await addressOf(anywhere, "gateway.example", 443);

  assert.equal(address, "203.0.113.7");
});

test("with a list, a host that is not on it is refused before anything is looked up", async () => {
  const rules = outboundRules({
    allowedHosts: ["gateway.example"],
    onAzure: true,
    resolveAll: async () => assert.fail("looked up"),
  });

  await assert.rejects(addressOf(rules, "other.example", 443), refused("host-not-allowed"));
});

test("a listed port is the only one; without a port, any is allowed", async () => {
  const rules = listing("gateway.example:8443", "inside.contoso.com");

  await assert.rejects(addressOf(rules, "gateway.example", 443), refused("host-not-allowed"));
  assert.equal(await addressOf(rules, "gateway.example", 8443), "203.0.113.7");
  assert.equal(await addressOf(rules, "inside.contoso.com", 22), "10.1.2.3");
});

test("a host is the same in any case, in punycode and with a dot at its end", async () => {
  const rules = outboundRules({
    allowedHosts: ["Gateway.Example", "bücher.example"],
    onAzure: true,
    resolveAll: async () => [{ address: "203.0.113.7", family: 4 }],
  });

  await addressOf(rules, "gateway.EXAMPLE.", 443);
  await addressOf(rules, "xn--bcher-kva.example", 443);
});

test("a private address is allowed for a listed host only", async () => {
  await assert.rejects(addressOf(anywhere, "inside.contoso.com", 22), refused("private-address"));
  await assert.rejects(addressOf(anywhere, "half.contoso.com", 22), refused("private-address"));
  await assert.rejects(addressOf(anywhere, "192.168.1.9", 22), refused("private-address"));

  assert.equal(await addressOf(listing("192.168.1.9"), "192.168.1.9", 22), "192.168.1.9");
});

test("metadata and link-local addresses are refused even for a listed host, however written", async () => {
  const hosts = ["metadata.example", "mapped.example", "wire.example"];
  for (const host of [...hosts, "169.254.169.254", "[::ffff:a9fe:a9fe]"]) {
    await assert.rejects(addressOf(listing(host), host, 80), refused("metadata-address"), host);
  }
  for (const host of ["169.254.1.1", "fe80::1", "[fe80::1%eth0]"]) {
    await assert.rejects(addressOf(anywhere, host, 80), refused("link-local-address"), host);
  }
  for (const host of ["nat64.example", "0.0.0.0", "[::]", "224.0.0.1", "[2002:a9fe:a9fe::1]"]) {
    await assert.rejects(addressOf(anywhere, host, 80), refused("reserved-address"), host);
  }
});

test("loopback is a source off Azure only, and only under its own name", async () => {
  assert.equal(await addressOf(anywhere, "127.0.0.1", 8080), "127.0.0.1");
  assert.equal(anywhere.isLoopbackAllowed("localhost"), true);
  assert.equal(anywhere.isLoopbackAllowed("[::1]"), true);

  await assert.rejects(addressOf(onAzure, "127.0.0.1", 8080), refused("loopback-address"));
  await assert.rejects(addressOf(onAzure, "[::1]", 8080), refused("loopback-address"));
  await assert.rejects(addressOf(anywhere, "sneaky.example", 80), refused("loopback-address"));
  await assert.rejects(
    addressOf(listing("127.0.0.1"), "127.0.0.1", 80),
    refused("loopback-address"),
  );
});

test("a name that the DNS does not know is a source that is away", async () => {
  await assert.rejects(addressOf(anywhere, "nowhere.example", 443), {
    code: "unavailable",
    detail: "name-not-found",
  });
});

const server = createServer((_request, response) => response.end("reached"));
before(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
after(() => server.close());

test("a name that moves between check and connection reaches nothing it may not", async () => {
  let asked = 0;
  const { port } = server.address() as AddressInfo;
  const rules = outboundRules({
    allowedHosts: undefined,
    onAzure: true,
    resolveAll: async () => [{ address: asked++ === 0 ? "203.0.113.7" : "127.0.0.1", family: 4 }],
  });
  await addressOf(rules, "rebinding.example", port);

  const socket = connect({
    host: "rebinding.example",
    port,
    lookup: rules.lookup("rebinding.example", port),
  });
  const error = await new Promise((resolve) => {
    socket.once("error", resolve).once("connect", () => resolve("connected"));
  });

  assert.equal((error as { detail?: string }).detail, "loopback-address");
  assert.equal(asked, 2);
});

/** The address that a client would connect to, asked for as `net.connect` does. */
async function addressOf(rules: Outbound, hostname: string, port: number): Promise<string> {
  rules.check(hostname, port);
  if (isIP(hostname.replace(/^\[(.*)\]$/, "$1"))) return hostname;
  return new Promise((resolve, reject) => {
    rules.lookup(hostname, port)(hostname, {}, (error, address) =>
      error ? reject(error) : resolve(String(address)),
    );
  });
}

function refused(detail: string) {
  return { name: "SourceError", code: "stopped", detail };
}
