import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { outboundRules } from "../../../shared/adapters/outbound.ts";
import { blobSftpMemory } from "../../../shared/adapters/sftp/memory.ts";
import { sftpSource } from "../../../shared/adapters/sftp/source.ts";
import type { Source } from "../../../shared/pipeline/ports.ts";
import { allItems, bytesOf, dropWorld, useAzurite } from "../drop/world.ts";
import { deliveryZip, eml, zipBytes } from "../zip/zip-bytes.ts";
import { type OpenSsh, startOpenSsh, withoutOpenSsh } from "./openssh.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The tick, in whole seconds, as the server keeps times. */
const NOW = new Date(Math.floor(Date.now() / 1_000) * 1_000);
const TODAY = { from: new Date(NOW.getTime() - 26 * HOUR), until: NOW };
const TOMORROW = { from: new Date(NOW.getTime() - 2 * HOUR), until: new Date(NOW.getTime() + DAY) };

describe("a source over a real OpenSSH server", { skip: withoutOpenSsh }, () => {
  let server: OpenSsh;
  useAzurite();
  before(async () => {
    server = await startOpenSsh();
  });
  after(() => server.stop());
  beforeEach(() => {
    rmSync(server.folder, { recursive: true });
    mkdirSync(server.folder);
  });

  /** Puts a file into the folder; it was changed so long before now. */
  function deliver(name: string, content: string | Buffer, agoMs = 3 * HOUR): void {
    const path = join(server.folder, name);
    writeFileSync(path, content);
    const at = new Date(NOW.getTime() - agoMs);
    utimesSync(path, at, at);
  }

  async function world() {
    const drop = await dropWorld();
    drop.clock.now = NOW;
    const config = {
      kind: "sftp" as const,
      host: "127.0.0.1",
      port: server.port,
      username: server.username,
      privateKeySetting: "KEY",
      hostKey: server.hostKey,
      path: server.folder,
    };
    const source = (more: object = {}, deps: object = {}): Source =>
      sftpSource(
        { ...config, ...more },
        {
          ...drop.deps,
          memory: blobSftpMemory(drop.reports, "wechat"),
          credentials: { privateKey: server.privateKey },
          outbound: outboundRules({ allowedHosts: undefined, onAzure: false }),
          ...deps,
        },
      );
    const ids = async (window = TODAY) => (await allItems(source, window)).map(({ id }) => id);
    return { ...drop, source, ids };
  }
  const zipOf = (...ids: string[]) =>
    deliveryZip(ids.map((id) => ({ name: `${id}.eml`, content: eml(id) })));

  test("the connection test signs in with the key and sees the folder", async () => {
    const { source } = await world();

    await source().test();
    await assert.rejects(source({ path: "/nowhere" }).test(), {
      code: "stopped",
      detail: "path-not-found",
    });
  });

  test("a server with another host key is not signed in to", async () => {
    const { source } = await world();
    const hostKey = `SHA256:${"A".repeat(43)}`;

    await assert.rejects(source({ hostKey }).test(), {
      code: "stopped",
      detail: "host-key-differs",
    });
  });

  test("a wrong user name or an unreadable key stops the connector", async () => {
    const { source } = await world();
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
    const { source } = await world();
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

  test("the ZIPs of a window come through whole, received when the server got them", async () => {
    const { source, container } = await world();
    deliver("202601300000-TeleMessage_1_1769835600.zip", zipOf("a", "b"));
    deliver(
      "202601300000-TeleMessage_2_1769835601.zip",
      zipBytes([{ name: "c.eml", content: eml("c") }]),
      2 * HOUR,
    );
    deliver("202601300000-TeleMessage_2_1769835601.mf", "Count: 1\r\nc.eml\r\n");

    const items = await allItems(source, TODAY);

    assert.deepEqual(
      items.map(({ id }) => id),
      ["a", "b", "c"],
    );
    assert.deepEqual(items[0]?.receivedAt, new Date(NOW.getTime() - 3 * HOUR));
    assert.equal(await bytesOf(source(), items[2] as (typeof items)[0]), eml("c"));
    const copies: string[] = [];
    for await (const { name } of container.listBlobsFlat({ prefix: "wechat/" })) copies.push(name);
    assert.match(
      copies[0] ?? "",
      /^wechat\/\d{8}T\d{6}Z-\d+\/202601300000-TeleMessage_1_1769835600\.zip$/,
    );
  });

  test("nothing is changed on the server", async () => {
    const { ids } = await world();
    deliver("x.zip", zipOf("a"));
    deliver("x.mf", "Count: 1\na.eml");
    const look = () =>
      readdirSync(server.folder).map((name) => [name, statSync(join(server.folder, name)).mtimeMs]);
    const before = look();

    await ids();

    assert.deepEqual(look(), before);
  });

  test("a ZIP of many blocks is copied step by step, and goes on after a crash", async () => {
    const { source, clock, ids, container } = await world();
    const large = {
      name: "large.eml",
      content: eml("large", randomBytes(15_000_000).toString("base64")),
      method: 0,
    };
    deliver("x.zip", deliveryZip([large]));
    /** Each look at the clock is 15 s later: the time of a step is up after its first block. */
    const slowly = (): Date => {
      clock.now = new Date(clock.now.getTime() + 15_000);
      return clock.now;
    };

    let cursor: string | undefined;
    let steps = 0;
    do {
      cursor = (await source({}, { now: slowly }).list(TODAY, cursor)).next;
      steps += 1;
    } while (cursor && Buffer.from(cursor, "base64url").toString().includes("copy"));

    assert.ok(steps >= 3, `${steps} steps`);
    const [copy] = (await container.listBlobsFlat({ prefix: "wechat/" }).byPage().next()).value
      .segment.blobItems;
    assert.ok(copy.properties.contentLength > 20_000_000);
    assert.deepEqual(await ids(), ["large"]);
  });

  test("a file that is still being written is left alone until it is quiet", async () => {
    const { ids, clock } = await world();
    deliver("x.zip", zipOf("a").subarray(0, 50), MINUTE);
    assert.deepEqual(await ids(), []);

    deliver("x.zip", zipOf("a"), 0);
    clock.now = TOMORROW.until;

    assert.deepEqual(await ids(TOMORROW), ["a"]);
  });

  test("a ZIP without its manifest waits for it, and is taken when it comes", async () => {
    const { ids, clock, setAside } = await world();
    deliver("x.zip", zipBytes([{ name: "a.eml", content: eml("a") }]), 10 * HOUR);
    assert.deepEqual(await ids(), []);
    assert.deepEqual(await setAside(), []);

    deliver("x.mf", "Count: 1\na.eml", 0);
    clock.now = TOMORROW.until;

    assert.deepEqual(await ids(TOMORROW), ["a"]);
  });

  test("a file that comes with an old time is taken all the same", async () => {
    const { ids, clock } = await world();
    deliver("1.zip", zipOf("a"));
    assert.deepEqual(await ids(), ["a"]);

    deliver("2.zip", zipOf("late"), 5 * DAY);
    clock.now = TOMORROW.until;

    assert.deepEqual(await ids(TOMORROW), ["late"]);
    assert.deepEqual(await ids(TOMORROW), [], "taken once, it is late no more");
  });

  test("what was there before the connector began is for a back-fill", async () => {
    const { ids } = await world();
    deliver("old.zip", zipOf("old"), 30 * DAY);
    deliver("new.zip", zipOf("new"));
    const past = {
      from: new Date(NOW.getTime() - 31 * DAY),
      until: new Date(NOW.getTime() - 29 * DAY),
    };

    assert.deepEqual(await ids(), ["new"]);
    assert.deepEqual(await ids(TOMORROW), []);
    assert.deepEqual(await ids(past), ["old"]);
  });

  test("a ZIP that is replaced on the server is taken again, beside the first", async () => {
    const { ids, clock } = await world();
    deliver("x.zip", zipOf("a"));
    assert.deepEqual(await ids(), ["a"]);

    deliver("x.zip", zipOf("a", "b"), -HOUR);
    clock.now = TOMORROW.until;

    assert.deepEqual(await ids(TOMORROW), ["a", "b"]);
  });

  test("a folder is passed by, a link is followed", async () => {
    const { ids, setAside } = await world();
    mkdirSync(join(server.folder, "archive.zip"));
    deliver("x.data", zipOf("a"));
    renameSync(join(server.folder, "x.data"), join(server.folder, "..", "elsewhere"));
    symlinkSync(join(server.folder, "..", "elsewhere"), join(server.folder, "x.zip"));

    assert.deepEqual(await ids(), ["a"]);
    assert.deepEqual(await setAside(), []);
  });

  test("a faulty ZIP, a manifest without ZIP and a stray file are told of, once; the others go on", async () => {
    const { ids, setAside, lines } = await world();
    deliver(
      "1.zip",
      zipBytes([
        { name: "a.eml", content: eml("a") },
        { name: "x.mf", content: "Count: 2" },
      ]),
    );
    deliver("2.zip", zipOf("b"));
    deliver("3.mf", "Count: 1\nc.eml");
    deliver("notes.txt", "Hello");

    assert.deepEqual(await ids(), ["b"]);
    assert.deepEqual(await ids(), ["b"]);

    const codes = (await setAside()).map(({ faults }) => faults[0]?.code).sort();
    assert.deepEqual(codes, ["manifest-count-differs", "unknown-kind", "zip-missing"]);
    assert.equal(lines.filter(({ level }) => level === "error").length, 3);
  });
});
