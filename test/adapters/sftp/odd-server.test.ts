import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type TestContext, test } from "node:test";
import { outboundRules } from "../../../shared/adapters/outbound.ts";
import { blobSftpMemory } from "../../../shared/adapters/sftp/memory.ts";
import { sftpSource } from "../../../shared/adapters/sftp/source.ts";
import { allItems, dropWorld, useAzurite } from "../drop/world.ts";
import { deliveryZip, eml } from "../zip/zip-bytes.ts";
import { startOddServer } from "./odd-server.ts";

useAzurite();

const HOUR = 3_600_000;
const NOW = new Date(Math.floor(Date.now() / 1_000) * 1_000);
const TODAY = { from: new Date(NOW.getTime() - 26 * HOUR), until: NOW };
const zip = deliveryZip([{ name: "a.eml", content: eml("a") }]);

type Options = Partial<Parameters<typeof startOddServer>[1]>;

async function world(t: TestContext, options: Options = {}) {
  const drop = await dropWorld();
  drop.clock.now = NOW;
  const files = options.files ?? {
    "x.zip": { content: zip, modifiedAt: new Date(NOW.getTime() - HOUR) },
  };
  const server = await startOddServer(t, {
    password: "secret",
    asks: "password",
    files,
    ...options,
  });
  const hostKey = `SHA256:${createHash("sha256").update(server.publicKey).digest("base64")}`;
  const source = (password = "secret", pinned = hostKey) =>
    sftpSource(
      {
        kind: "sftp",
        host: "127.0.0.1",
        port: server.port,
        username: "archive",
        passwordSetting: "P",
        hostKey: pinned,
        path: "/outgoing",
      },
      {
        ...drop.deps,
        memory: blobSftpMemory(drop.reports, "wechat"),
        credentials: { password },
        outbound: outboundRules({ allowedHosts: undefined, onAzure: false }),
        timeouts: { readyMs: 5_000, answerMs: 1_000 },
      },
    );
  return { ...drop, server, files, source };
}
const idsOf = async (source: () => ReturnType<typeof sftpSource>) =>
  (await allItems(source, TODAY)).map(({ id }) => id);

for (const asks of ["password", "keyboard-interactive"] as const) {
  test(`a password signs in where the server asks by ${asks}, and a wrong one stops`, async (t) => {
    const { source } = await world(t, { asks });

    assert.deepEqual(await idsOf(source), ["a"]);
    await assert.rejects(source("wrong").test(), { code: "stopped", detail: "unauthorized" });
  });
}

test("the pinned key may be written with or without its padding", async (t) => {
  const { source, server } = await world(t);
  const hash = createHash("sha256").update(server.publicKey).digest("base64");

  await source("secret", `SHA256:${hash.replace(/=+$/, "")}`).test();
});

test("a server with another key does not even learn who signs in", async (t) => {
  const { source, server } = await world(t);
  const pinned = `SHA256:${"A".repeat(43)}`;

  await assert.rejects(source("secret", pinned).test(), {
    code: "stopped",
    detail: "host-key-differs",
  });
  assert.equal(server.signIns, 0);

  await source().test();
  assert.ok(server.signIns > 0);
});

test("a connection that breaks in the midst of a copy leaves no half file behind", async (t) => {
  const { source, container } = await world(t, {
    onRead: (n) => (n === 1 ? "hang-up" : undefined),
  });

  await assert.rejects(source().list(TODAY, undefined), {
    code: "unavailable",
    detail: "connection-lost",
  });
  for await (const { name } of container.listBlobsFlat({ prefix: "wechat/" })) assert.fail(name);

  assert.deepEqual(await idsOf(source), ["a"]);
});

test("a server that stops answering is given up", async (t) => {
  const { source } = await world(t, { onRead: () => "silence" });

  await assert.rejects(source().list(TODAY, undefined), {
    code: "unavailable",
    detail: "answer-timeout",
  });
});

const changes = {
  "is touched": { content: zip, modifiedAt: new Date(NOW.getTime() - HOUR + 1_000) },
  "grows within the second": {
    content: deliveryZip([{ name: "a.eml", content: eml("a", "Longer.".repeat(99)), method: 0 }]),
    modifiedAt: new Date(NOW.getTime() - HOUR),
  },
};
for (const [how, changed] of Object.entries(changes)) {
  test(`a file that ${how} while it is copied is left alone, and copied when it is quiet`, async (t) => {
    const files = { "x.zip": { content: zip, modifiedAt: new Date(NOW.getTime() - HOUR) } };
    const { source, container, lines } = await world(t, {
      files,
      onRead: (n) => {
        if (n === 1) files["x.zip"] = changed;
        return undefined;
      },
    });

    assert.deepEqual(await idsOf(source), []);
    for await (const { name } of container.listBlobsFlat({ prefix: "wechat/" })) assert.fail(name);
    assert.deepEqual(
      lines.map(({ message }) => message),
      ["remote file left alone"],
    );

    assert.deepEqual(await idsOf(source), ["a"]);
  });
}

test("a file that shrinks or goes while it is copied is left alone; the next one is not", async (t) => {
  const old = new Date(NOW.getTime() - HOUR);
  const files: Record<string, { content: Buffer; modifiedAt: Date }> = {
    "1.zip": { content: zip, modifiedAt: new Date(old.getTime() - 2_000) },
    "2.zip": { content: zip, modifiedAt: new Date(old.getTime() - 1_000) },
    "3.zip": { content: zip, modifiedAt: old },
  };
  const { source } = await world(t, {
    files,
    onRead: (n) => {
      if (n === 1) files["1.zip"] = { content: zip.subarray(0, 10), modifiedAt: old };
      if (n === 1) delete files["2.zip"];
      return undefined;
    },
  });

  assert.deepEqual(await idsOf(source), ["a"]);
});

test("a name that a server gives to lead out of its folder is told of, not followed", async (t) => {
  const old = new Date(NOW.getTime() - HOUR);
  const { source, setAside, container } = await world(t, {
    files: {
      "../../config/connectors/x.zip": { content: zip, modifiedAt: old },
      "y.zip": { content: zip, modifiedAt: old },
    },
  });

  assert.deepEqual(await idsOf(source), ["a"]);
  assert.deepEqual((await setAside())[0]?.faults, [{ code: "unsafe-name" }]);
  for await (const { name } of container.listBlobsFlat()) assert.doesNotMatch(name, /config/);
});
