import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { archiverHost } from "../bench/harness/archiver-host.ts";
import { storageServer } from "../bench/harness/storage-server.ts";
import { deliveries, LEDGER_SINCE, mailboxIds } from "../bench/material/deliveries.ts";
import { wechat } from "../bench/ports/configuration.ts";
import { graphControl } from "../local/graph/control.ts";
import { startStandIn } from "../local/stack/stand-in.ts";
import { tableLedger } from "../shared/pipeline/ledger.ts";

const GRAPH = fileURLToPath(new URL("../local/graph/main.ts", import.meta.url));
const INSTANCES = 3;
const ITEMS = 90;
const [MAILBOX = ""] = mailboxIds(1);
const GIVE_UP_MS = 2 * 60_000;

test("three instances crowd one mailbox: they take turns, and each item is there once", async (t) => {
  const graph = await crampedGraph(t);
  const storage = await storageServer();
  t.after(() => storage[Symbol.asyncDispose]());
  await enqueue(storage);
  const place = { connectionString: storage.connectionString, graphUrl: graph.url };
  const hosts = await Promise.all(Array.from({ length: INSTANCES }, () => archiverHost(place)));
  t.after(() => Promise.all(hosts.map((host) => host[Symbol.asyncDispose]())));

  const control = graphControl(graph.url);
  for (const until = Date.now() + GIVE_UP_MS; (await storage.queue.depth()) > 0; ) {
    assert.ok(Date.now() < until, "some item never had its turn");
    await pause(250);
  }

  const messages = await control.messages(MAILBOX, wechat.folder);
  const ids = new Set(messages.map(({ fields }) => fields.internetMessageId));
  assert.deepEqual([messages.length, ids.size], [ITEMS, ITEMS]);
  assert.deepEqual(
    hosts.flatMap(({ complaints }) => complaints),
    [],
  );
  const rows = [];
  for await (const row of storage.table("deliveries").scan()) rows.push(row);
  const gate = rows.find(({ partition, row }) => partition === "gate" && row === MAILBOX);
  assert.ok(gate?.cells["crowdedUntil"] instanceof Date, "nobody noticed the others");
  assert.deepEqual(
    rows.filter(({ partition }) => partition.startsWith("slots-")),
    [],
  );
  assert.equal(rows.filter(({ cells }) => cells["state"] === "imported").length, ITEMS);
});

/** Takes four requests at once, as Graph does, and its time for each. */
async function crampedGraph(t: TestContext): Promise<{ url: string }> {
  const folder = await mkdtemp(join(tmpdir(), "crowded-"));
  t.after(() => rm(folder, { recursive: true }));
  const users = join(folder, "users.json");
  await writeFile(users, JSON.stringify([{ id: MAILBOX, userPrincipalName: "ann@contoso.com" }]));
  const { url, stop } = await startStandIn(GRAPH, ["--users", users, "--latency", "100"]);
  t.after(stop);
  return { url };
}

/** Items that wait for their import, as `convert` leaves them. */
async function enqueue(storage: Awaited<ReturnType<typeof storageServer>>): Promise<void> {
  const { blobs, queue } = storage;
  const { id, type, enabled } = wechat;
  const source = { ...wechat.source, passwordSetting: "GATEWAY_PASSWORD" };
  const mapping = { automatic: true };
  const connector = JSON.stringify({ id, type, enabled, source, mapping });
  const file = blobs.getContainerClient("config").getBlockBlobClient("connectors/wechat.json");
  await file.upload(connector, connector.length);
  const ledger = tableLedger({
    items: storage.table("items"),
    deliveries: storage.table("deliveries"),
  });
  const ledgerSince = await ledger.begin(LEDGER_SINCE);
  for (const { item, job, email } of deliveries("item", ITEMS, {
    bytes: 1_024,
    mailboxes: [MAILBOX],
  })) {
    await ledger.recordReceived({ ...item, ledgerSince });
    const { container, blob } = job.email;
    const raw = blobs.getContainerClient(container).getBlockBlobClient(blob);
    await raw.upload(email, email.length);
    await queue.add(job);
  }
}
