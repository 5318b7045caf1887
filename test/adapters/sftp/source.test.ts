import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { allItems, bytesOf } from "../drop/world.ts";
import { deliveryZip, eml, zipBytes } from "../zip/zip-bytes.ts";
import { withoutOpenSsh } from "./openssh.ts";
import {
  DAY,
  deliver,
  folder,
  HOUR,
  MINUTE,
  NOW,
  sftpWorld,
  TODAY,
  TOMORROW,
  useServers,
  zipOf,
} from "./world.ts";

describe("a source over a real OpenSSH server", { skip: withoutOpenSsh }, () => {
  useServers();

  test("the ZIPs of a window come through whole, received when the server got them", async () => {
    const { source, container } = await sftpWorld();
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
    const { ids } = await sftpWorld();
    deliver("x.zip", zipOf("a"));
    deliver("x.mf", "Count: 1\na.eml");
    const look = () =>
      readdirSync(folder()).map((name) => [name, statSync(join(folder(), name)).mtimeMs]);
    const before = look();

    await ids();

    assert.deepEqual(look(), before);
  });

  test("a ZIP of many blocks is copied step by step, and goes on after a crash", async () => {
    const { source, clock, ids, container } = await sftpWorld();
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
    const { ids, clock } = await sftpWorld();
    deliver("x.zip", zipOf("a").subarray(0, 50), MINUTE);
    assert.deepEqual(await ids(), []);

    deliver("x.zip", zipOf("a"), 0);
    clock.now = TOMORROW.until;

    assert.deepEqual(await ids(TOMORROW), ["a"]);
  });

  test("a ZIP without its manifest waits for it, and is taken when it comes", async () => {
    const { ids, clock, setAside } = await sftpWorld();
    deliver("x.zip", zipBytes([{ name: "a.eml", content: eml("a") }]), 10 * HOUR);
    assert.deepEqual(await ids(), []);
    assert.deepEqual(await setAside(), []);

    deliver("x.mf", "Count: 1\na.eml", 0);
    clock.now = TOMORROW.until;

    assert.deepEqual(await ids(TOMORROW), ["a"]);
  });

  test("a file that comes with an old time is taken all the same", async () => {
    const { ids, clock } = await sftpWorld();
    deliver("1.zip", zipOf("a"));
    assert.deepEqual(await ids(), ["a"]);

    deliver("2.zip", zipOf("late"), 5 * DAY);
    clock.now = TOMORROW.until;

    assert.deepEqual(await ids(TOMORROW), ["late"]);
    assert.deepEqual(await ids(TOMORROW), [], "taken once, it is late no more");
  });

  test("what was there before the connector began is for a back-fill", async () => {
    const { ids } = await sftpWorld();
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
    const { ids, clock } = await sftpWorld();
    deliver("x.zip", zipOf("a"));
    assert.deepEqual(await ids(), ["a"]);

    deliver("x.zip", zipOf("a", "b"), -HOUR);
    clock.now = TOMORROW.until;

    assert.deepEqual(await ids(TOMORROW), ["a", "b"]);
  });

  test("a folder is passed by, a link is followed", async () => {
    const { ids, setAside } = await sftpWorld();
    mkdirSync(join(folder(), "archive.zip"));
    deliver("x.data", zipOf("a"));
    renameSync(join(folder(), "x.data"), join(folder(), "..", "elsewhere"));
    symlinkSync(join(folder(), "..", "elsewhere"), join(folder(), "x.zip"));

    assert.deepEqual(await ids(), ["a"]);
    assert.deepEqual(await setAside(), []);
  });

  test("a faulty ZIP, a manifest without ZIP and a stray file are told of, once; the others go on", async () => {
    const { ids, setAside, lines } = await sftpWorld();
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
