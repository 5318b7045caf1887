import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Agent, get, type IncomingMessage } from "node:http";
import type { ContainerClient } from "@azure/storage-blob";
import { syntheticBody } from "../../local/gateway/synthetic-body.ts";
import { itemKey, sha256 } from "../../shared/domain/item-key.ts";
import { type CollectPorts, collectWindow } from "../../shared/pipeline/collect-window.ts";
import { eachLimited } from "../../shared/pipeline/each-limited.ts";
import { type Contestant, contest } from "../harness/contest.ts";
import { figure } from "../harness/figure.ts";
import { longestBlock } from "../harness/longest-block.ts";
import { peakAboveIdle } from "../harness/memory.ts";
import { probe } from "../harness/probe.ts";
import type { Bench, Case, Settings } from "../harness/report.ts";
import { type GatewayServer, gatewayServer } from "../harness/stand-ins.ts";
import { type StorageServer, storageServer } from "../harness/storage-server.ts";
import { KB, MB, RECEIVED_AT } from "../material/mail.ts";
import { MEDIA_TYPE, type Offered, offerItems } from "../material/offered-items.ts";
import { COLLECT_WINDOW, collector, gatewaySource } from "../ports/collector.ts";
import { memoryTable } from "../ports/memory-table.ts";

const SIZES = [
  { name: "2 KB", bytes: 2 * KB, items: 100 },
  { name: "1 MB", bytes: MB, items: 24 },
] as const;
/** As the collector has it. */
const AT_ONCE = 8;
/** A fresh process each: the peak of a single one depends on when V8 finds time to collect. */
const LARGE_ITEMS_MB = [64, 256, 1024] as const;

export const collect: Bench = {
  name: "collect",
  title: "Collect",
  async run(settings) {
    const cases: Case[] = [];
    for (const size of SIZES) cases.push(await collectSize(size, settings));
    cases.push(await largeItem(settings));
    return { cases };
  },
};

async function collectSize(size: (typeof SIZES)[number], settings: Settings): Promise<Case> {
  await using gateway = await gatewayServer();
  await using storage = await storageServer();
  const items = await offerItems(gateway, settings.quick ? 8 : size.items, size.bytes);
  const { limit, floor, peer } = await otherContainers(storage);
  const inAzurite = collector(storage, storage.table);
  const inMemory = collector(storage, () => memoryTable());
  const units = items.length;

  const contestants: Contestant[] = [
    {
      name: "archiver",
      role: "ours",
      units,
      run: (round) => collectAll(gateway, `ours-${round}`, inAzurite),
    },
    {
      name: "bare Put Blob",
      role: "limit",
      units,
      run: (round) => eachLimited(items, AT_ONCE, (item) => put(limit, `${round}`, item)),
    },
    {
      name: "archiver, tables in memory",
      role: "info",
      units,
      run: (round) => collectAll(gateway, `memory-${round}`, inMemory),
    },
    {
      name: "bare GET and Put Blob",
      role: "info",
      units,
      run: (round) => eachLimited(items, AT_ONCE, ({ id }) => copy(gateway, id, floor, `${round}`)),
    },
    {
      name: "download and upload, one by one",
      role: "peer",
      units,
      async run(round) {
        for (const { id } of items) await copy(gateway, id, peer, `${round}`);
      },
    },
  ];
  const timed = await contest(
    contestants,
    [
      { of: "archiver", against: "bare Put Blob", goal: { atLeast: 0.7 } },
      // What is named above the row, "gateway → blobs"; the archiver as a whole keeps its ledger too.
      { of: "archiver, tables in memory", against: "bare Put Blob", goal: { atLeast: 0.7 } },
      // The limit above has its bytes for nothing; this one fetches them, and neither hashes nor checks them.
      { of: "archiver, tables in memory", against: "bare GET and Put Blob" },
      { of: "archiver", against: "download and upload, one by one" },
    ],
    settings,
  );
  const same = await proveSame(storage, items, { limit, floor, peer }, settings.rounds);
  const ours = timed.standings.find(({ role }) => role === "ours");
  const figures = [
    figure("throughput", ((ours?.perSecond ?? 0) * size.bytes) / 1_000_000, "MB/s"),
    await longestBlock(() => collectAll(gateway, `block-${performance.now()}`, inAzurite)),
  ];
  return { name: size.name, unit: "items", ...timed, figures, same };
}

async function collectAll(
  { url }: GatewayServer,
  connector: string,
  ports: CollectPorts,
): Promise<void> {
  const window = { connector, runId: `run-${connector}`, window: COLLECT_WINDOW };
  const done = await collectWindow(window, gatewaySource(url), ports, {
    mayGoOn: () => true,
    keepLease: async () => {},
    pageStored: async ({ missing }) => assert.deepEqual(missing, []),
  });
  assert.equal(done, "finished");
}

interface Containers {
  readonly raw: ContainerClient;
  readonly receipts: ContainerClient;
}

async function otherContainers({ blobs }: StorageServer) {
  const pair = async (name: string): Promise<Containers> => {
    const [raw, receipts] = [`${name}-raw`, `${name}-receipts`].map((it) =>
      blobs.getContainerClient(it),
    ) as [ContainerClient, ContainerClient];
    await Promise.all([raw.create(), receipts.create()]);
    return { raw, receipts };
  };
  return { limit: await pair("limit"), floor: await pair("floor"), peer: await pair("peer") };
}

/** The same bytes, and a receipt as long as ours. */
async function put(
  { raw, receipts }: Containers,
  round: string,
  { id, bytes }: Offered,
): Promise<void> {
  const key = itemKey(round, id);
  const name = `${round}/2026/01/05/${key}`;
  await raw.getBlockBlobClient(`${name}.eml`).upload(bytes, bytes.length);
  const receipt = JSON.stringify({
    ...{ v: 1, connector: round, itemKey: key, sourceItemId: id, mediaType: MEDIA_TYPE },
    receivedAt: RECEIVED_AT,
    collectedAt: RECEIVED_AT,
    size: bytes.length,
    sha256: "0".repeat(64),
    raw: { container: "raw", blob: `${name}.eml` },
    runId: `run-${round}`,
    traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
  });
  await receipts.getBlockBlobClient(`${name}.json`).upload(receipt, Buffer.byteLength(receipt));
}

/** From the gateway into the containers, and no more than that. */
async function copy(
  { url }: GatewayServer,
  id: string,
  to: Containers,
  round: string,
): Promise<void> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { agent: connections, auth: "archive@contoso.com:example" };
    get(`${url}/v1/archives/WeChat/items/${id}`, options, resolve).on("error", reject);
  });
  assert.equal(answer.statusCode, 200);
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part);
  await put(to, round, { id, bytes: Buffer.concat(parts) });
}

const connections = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

/** Throws unless the last round left the same blobs everywhere, each with a receipt. */
async function proveSame(
  { blobs }: StorageServer,
  items: readonly Offered[],
  { limit, floor, peer }: Record<"limit" | "floor" | "peer", Containers>,
  round: number,
): Promise<string> {
  const wanted = items.map(({ bytes }) => sha256(bytes)).sort();
  const [raw, receipts] = [blobs.getContainerClient("raw"), blobs.getContainerClient("receipts")];
  for (const [place, prefix] of [
    [{ raw, receipts }, `ours-${round}/`],
    [{ raw, receipts }, `memory-${round}/`],
    [limit, `${round}/`],
    [floor, `${round}/`],
    [peer, `${round}/`],
  ] as const) {
    assert.deepEqual(await hashesIn(place.raw, prefix), wanted);
    assert.equal((await hashesIn(place.receipts, prefix)).length, items.length);
  }
  return `${items.length} blobs of the same SHA-256 from each, and a receipt for each`;
}

async function hashesIn(container: ContainerClient, prefix: string): Promise<string[]> {
  const hashes: string[] = [];
  for await (const { name } of container.listBlobsFlat({ prefix })) {
    hashes.push(sha256(await container.getBlobClient(name).downloadToBuffer()));
  }
  return hashes.sort();
}

/** No contest: how much memory an item takes that is a hundred times as large as any that is imported. */
async function largeItem(settings: Settings): Promise<Case> {
  const sizes = settings.quick ? LARGE_ITEMS_MB.slice(0, 1) : LARGE_ITEMS_MB;
  const peaks: number[] = [];
  let perSecond = 0;
  for (const mb of sizes) {
    const { peakMb, seconds } = await probe<LargeItem>("collect", { mb });
    peaks.push(peakMb);
    perSecond = (mb * MB) / 1_000_000 / seconds;
  }
  const figures = [
    figure("peak memory above idle, worst of the sizes", Math.max(...peaks), "MB", { atMost: 64 }),
    figure("throughput of the largest", perSecond, "MB/s"),
  ];
  const same = "the SHA-256 that the collector noted is that of the bytes made";
  const name = `${sizes.map((mb) => (mb < 1024 ? `${mb} MB` : `${mb / 1024} GB`)).join(", ")}: one item`;
  return { name, unit: "items", rounds: 1, standings: [], ratios: [], figures, same };
}

interface LargeItem {
  readonly peakMb: number;
  readonly seconds: number;
}

/** The collector in a fresh process: one small item, then the large one. */
export async function collectLargeItem({ mb }: { mb: number }): Promise<LargeItem> {
  await using gateway = await gatewayServer();
  await using storage = await storageServer();
  const ports = collector(storage, storage.table);
  await offerItems(gateway, 8, 2 * KB);
  await collectAll(gateway, "small", ports);
  const body = { seed: 7, size: mb * MB };
  await gateway.control.reset();
  await gateway.control.putItems([
    { type: "WeChat", id: "large", receivedAt: RECEIVED_AT, mediaType: MEDIA_TYPE, body },
  ]);

  const before = performance.now();
  const peakMb = await peakAboveIdle(() => collectAll(gateway, "large", ports));
  const seconds = (performance.now() - before) / 1000;

  const stored = await ports.ledger.item(itemKey("large", "large"));
  const hash = createHash("sha256");
  for (const bytes of syntheticBody({ id: "large", mediaType: MEDIA_TYPE }, body)) {
    hash.update(bytes);
  }
  assert.equal(stored?.sha256, hash.digest("hex"));
  assert.equal(stored?.size, body.size);
  return { peakMb, seconds };
}
