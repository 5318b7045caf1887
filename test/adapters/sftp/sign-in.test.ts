import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { outboundRules } from "../../../shared/adapters/outbound.ts";
import { withoutOpenSsh } from "./openssh.ts";
import { sftpWorld, useServers } from "./world.ts";

describe("signing in to a real OpenSSH server", { skip: withoutOpenSsh }, () => {
  useServers();

  test("the connection test signs in with the key and sees the folder", async () => {
    const { source } = await sftpWorld();

    await source().test();
    await assert.rejects(source({ path: "/nowhere" }).test(), {
      code: "stopped",
      detail: "path-not-found",
    });
  });

  test("a server with another host key is not signed in to", async () => {
    const { source } = await sftpWorld();
    const hostKey = `SHA256:${"A".repeat(43)}`;

    await assert.rejects(source({ hostKey }).test(), {
      code: "stopped",
      detail: "host-key-differs",
    });
  });

  test("a wrong user name or an unreadable key stops the connector", async () => {
    const { source } = await sftpWorld();
    const unreadable = { credentials: { privateKey: "not a key" } };

    await assert.rejects(source({ username: "nobody-here" }).test(), {
      code: "stopped",
      detail: "unauthorized",
    });
    await assert.rejects(source({}, unreadable).test(), {
      code: "stopped",
      detail: "private-key-unreadable",
    });
  });

  test("a server that is away is unavailable, and one that is not allowed is not asked", async () => {
    const { source } = await sftpWorld();
    const outbound = outboundRules({ allowedHosts: ["sftp.contoso.com"], onAzure: false });

    await assert.rejects(source({ port: 1 }).test(), {
      code: "unavailable",
      detail: "connection-failed",
    });
    await assert.rejects(source({}, { outbound }).test(), {
      code: "stopped",
      detail: "host-not-allowed",
    });
    const pointing = outboundRules({
      allowedHosts: undefined,
      onAzure: false,
      resolveAll: async () => [{ address: "127.0.0.1", family: 4 }],
    });
    await assert.rejects(source({ host: "sftp.example" }, { outbound: pointing }).test(), {
      code: "stopped",
      detail: "loopback-address",
    });
  });
});
