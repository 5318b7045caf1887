import assert from "node:assert/strict";
import type { ContainerClient } from "@azure/storage-blob";
import { ann } from "../../local/traffic/people.ts";
import { sha256 } from "../../shared/domain/item-key.ts";
import { archiverHost } from "../harness/archiver-host.ts";
import { bareAppHost } from "../harness/bare-app.ts";
import { type Contestant, contest } from "../harness/contest.ts";
import type { Bench, Case, Settings } from "../harness/report.ts";
import {
  type GatewayServer,
  type GraphServer,
  gatewayServer,
  graphServer,
} from "../harness/stand-ins.ts";
import { type StorageServer, storageServer } from "../harness/storage-server.ts";
import { mailboxIds } from "../material/deliveries.ts";
import { archivedMail, KB } from "../material/mail.ts";

const ITEMS = 100;
const ITEM_BYTES = 2 * KB;

export const pipeline: Bench = {
  name: "pipeline",
  title: "Pipeline",
  async run(settings) {
    return { cases: [await collectToMailbox(settings)] };
  },
};

async function collectToMailbox(settings: Settings): Promise<Case> {
  await using archive = await archivePlace(settings.quick ? 20 : ITEMS);
  const { items, archiver, storage } = archive;
  await using bareStorage = await storageServer();
  await using bare = await bareAppHost({
    connectionString: bareStorage.connectionString,
    items,
    itemBytes: ITEM_BYTES,
  });

  const contestants: Contestant[] = [
    {
      name: "archiver",
      role: "ours",
      units: items,
      furtherCpuMs: archiver.cpuMs,
      prepare: (round) => archive.prepare(`round-${round}`),
      run: () => archive.passThrough(),
    },
    {
      name: "bare storage calls",
      role: "limit",
      units: items,
      furtherCpuMs: bare.cpuMs,
      prepare: () => empty(bareStorage.blobs.getContainerClient("receipts")),
      async run() {
        await bare.host.fire("collect");
        await bare.host.idle(["convert", "import"]);
      },
    },
  ];
  const timed = await contest(
    contestants,
    [{ of: "archiver", against: "bare storage calls", goal: { atLeast: 0.7 } }],
    settings,
  );
  assert.deepEqual([archiver.complaints, bare.complaints], [[], []]);
  const count = items * (settings.rounds + 1);
  await archive.proveAll(count);
  await proveBlobs(storage, bareStorage, count);
  const same = `${count} raw blobs of the same SHA-256, as many finished deliveries; ours lie in the mailbox, once each`;
  return { name: "collect to mailbox, 2 KB", unit: "items", ...timed, figures: [], same };
}

/** Everything around an archiver that collects the same items anew as often as it is told to. */
async function archivePlace(
  items: number,
  options: { hostJson?: unknown; graphLatencyMs?: number } = {},
) {
  await using starting = new AsyncDisposableStack();
  const gateway = starting.use(await gatewayServer());
  const mailboxes = mailboxIds(1);
  const graph = starting.use(await graphServer(mailboxes, options.graphLatencyMs));
  const storage = starting.use(await storageServer());
  const [id = ""] = mailboxes;
  await graph.control.putUser({ id, userPrincipalName: ann.email ?? "" });
  await offerItems(gateway, items);
  const archiver = starting.use(
    await archiverHost({
      connectionString: storage.connectionString,
      graphUrl: graph.url,
      hostJson: options.hostJson,
    }),
  );
  const running = starting.move();
  return {
    ...{ items, archiver, storage, graph },
    /** A connector that nobody has seen before: all items of the gateway are new to it. */
    async prepare(connector: string): Promise<void> {
      await writeConnector(storage, connector, gateway.url);
      await empty(storage.blobs.getContainerClient("receipts"));
    },
    async passThrough(): Promise<void> {
      await archiver.host.fire("collect");
      const { deferred } = await archiver.host.idle(["convert", "import"]);
      assert.deepEqual(deferred, {});
    },
    proveAll: (count: number) => proveImported(graph, id, count),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function offerItems({ control }: GatewayServer, count: number): Promise<void> {
  // In the day before the tick, which is a new connector's first window.
  const receivedAt = new Date(Date.now() - 3_600_000);
  await control.putItems(
    Array.from({ length: count }, (_, n) => {
      const body = archivedMail(`item-${n}`, ITEM_BYTES);
      return { type: "WeChat", id: `item-${n}`, receivedAt, mediaType: "message/rfc822", body };
    }),
  );
}

async function writeConnector(
  { blobs }: StorageServer,
  id: string,
  baseUrl: string,
): Promise<void> {
  const file = JSON.stringify({
    id,
    type: "WeChat",
    enabled: true,
    source: {
      kind: "telemessage",
      baseUrl,
      username: "archive@contoso.com",
      passwordSetting: "GATEWAY_PASSWORD",
    },
    mapping: { automatic: true },
  });
  await blobs
    .getContainerClient("config")
    .getBlockBlobClient(`connectors/${id}.json`)
    .upload(file, file.length);
}

/** The local host looks for new blobs by listing them all: the receipts of rounds gone by would slow it. */
async function empty(container: ContainerClient): Promise<void> {
  for await (const { name } of container.listBlobsFlat()) await container.deleteBlob(name);
}

async function proveImported({ control }: GraphServer, mailbox: string, count: number) {
  const messages = await control.messages(mailbox, "WeChat Archiver");
  const ids = new Set(messages.map(({ fields }) => fields.internetMessageId));
  assert.equal(messages.length, count);
  assert.equal(ids.size, count);
}

async function proveBlobs(one: StorageServer, other: StorageServer, count: number): Promise<void> {
  const hashes = async ({ blobs }: StorageServer) => {
    const raw = blobs.getContainerClient("raw");
    const found: string[] = [];
    for await (const { name } of raw.listBlobsFlat()) {
      found.push(sha256(await raw.getBlobClient(name).downloadToBuffer()));
    }
    return found.sort();
  };
  const [ours, bare] = [await hashes(one), await hashes(other)];
  assert.equal(ours.length, count);
  assert.deepEqual(ours, bare);
  for (const storage of [one, other]) {
    let rows = 0;
    for await (const { partition } of storage.table("deliveries").scan()) {
      if (partition !== "ledger" && partition !== "gate") rows += 1;
    }
    assert.equal(rows, count);
  }
}
