import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import { startAzurite } from "../../local/azurite.ts";
import { gatewayControl } from "../../local/gateway/control.ts";
import { startGateway } from "../../local/gateway/gateway.ts";
import { graphControl } from "../../local/graph/control.ts";
import { readUser } from "../../local/graph/directory.ts";
import { startGraph } from "../../local/graph/start.ts";
import { decodeEntry } from "../../shared/adapters/queue.ts";
import { composeFrom } from "../../shared/compose.ts";
import { collectAll } from "../../shared/pipeline/collect-all.ts";
import { convertReceipt } from "../../shared/pipeline/convert-receipt.ts";
import { importItem } from "../../shared/pipeline/import-item.ts";
import { ImportJob } from "../../shared/pipeline/import-job.ts";
import { reconcile } from "../../shared/pipeline/reconcile.ts";
import { settle } from "../../shared/pipeline/settle.ts";
import { readSettings } from "../../shared/settings.ts";
import { memoryTelemetry } from "../fakes/memory-telemetry.ts";
import { type Counts, countingStorage } from "./counting-storage.ts";
import type { Made } from "./kinds.ts";

const HOUR = 3_600_000;
const always = () => true;

/** What a day's items asked for: operations of storage by stage, and all else. */
export interface Bill {
  readonly collect: Counts;
  readonly convert: Counts;
  readonly import: Counts;
  readonly reconcile: Counts;
  /** Requests. */
  readonly graph: number;
  /** Of `convert` and `import`. */
  readonly executions: number;
  readonly spans: number;
  /** Custom events, by name. */
  readonly events: Counts;
}

/**
 * The composed app over Azurite and a stand-in Graph, every request counted, with
 * a clock that only the caller moves: what it remembers for some seconds it
 * remembers throughout a window.
 */
export async function countedArchive() {
  await using started = new AsyncDisposableStack();
  const azurite = await startAzurite();
  started.defer(() => azurite.stop());
  const storage = started.use(await countingStorage(azurite));
  const gateway = await startGateway();
  started.defer(() => gateway.close());
  const graph = await startGraph({
    users: ["ann", "bob", "carol"].map((name, n) =>
      readUser(
        { id: `${n}0000000-0000-4000-8000-000000000001`, userPrincipalName: `${name}@contoso.com` },
        name,
      ),
    ),
  });
  started.defer(() => graph.stop());
  const asked = graphControl(graph.url);

  const clock = { now: new Date("2026-01-05T06:00:00Z") };
  const app = composeFrom(
    readSettings({
      ArchiveStorage: storage.connectionString,
      GRAPH_CLOUD: "global",
      GRAPH_BASE_URL: graph.url,
      GRAPH_STATIC_TOKEN: "token",
      TENANT_HASH_SALT: "a made-up salt",
      WECHAT_TELEMESSAGE_PASSWORD: "example",
    }),
    () => clock.now,
  );
  const telemetry = memoryTelemetry();
  const all = { ...app, telemetry };
  await app.provision();

  // Not counted: what a test looks at, and what the Functions host does.
  const blobs = BlobServiceClient.fromConnectionString(azurite.connectionString);
  const queues = QueueServiceClient.fromConnectionString(azurite.connectionString);
  const [queue, poison] = [
    queues.getQueueClient("import-jobs"),
    queues.getQueueClient("import-jobs-poison"),
  ];
  const config = blobs.getContainerClient("config");
  await config.getBlockBlobClient("connectors/wechat.json").uploadData(
    Buffer.from(
      JSON.stringify({
        id: "wechat",
        type: "WeChat",
        enabled: true,
        source: {
          kind: "telemessage",
          baseUrl: gateway.url,
          username: "archive@contoso.com",
          passwordSetting: "WECHAT_TELEMESSAGE_PASSWORD",
        },
        mapping: { automatic: true, custom: "mappings/wechat.csv" },
      }),
    ),
  );
  const mapping = Buffer.from("15550101,ann@contoso.com\n");
  await config.getBlockBlobClient("mappings/wechat.csv").uploadData(mapping);

  async function give(items: readonly Made[], hoursAgo: number): Promise<void> {
    const at = clock.now.getTime() - hoursAgo * HOUR;
    await gatewayControl(gateway.url).putItems(
      items.map(({ bytes, mediaType }, n) => ({
        type: "WeChat",
        id: `${at + n}`,
        receivedAt: new Date(at + n),
        mediaType,
        body: bytes,
      })),
    );
  }

  const seen = new Set<string>();
  async function convertAll(): Promise<number> {
    let receipts = 0;
    const container = blobs.getContainerClient("receipts");
    for await (const { name } of container.listBlobsFlat()) {
      if (seen.has(name)) continue;
      seen.add(name);
      receipts += 1;
      const bytes = await container.getBlobClient(name).downloadToBuffer();
      await convertReceipt(`receipts/${name}`, bytes, all);
    }
    return receipts;
  }

  async function importAll(): Promise<number> {
    let jobs = 0;
    for (;;) {
      const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 32 });
      if (receivedMessageItems.length === 0) return jobs;
      for (const { messageId, popReceipt, messageText } of receivedMessageItems) {
        await queue.deleteMessage(messageId, popReceipt);
        const job = ImportJob.parse(decodeEntry(messageText));
        jobs += 1;
        try {
          await importItem(job, all);
        } catch (error) {
          await settle(error, { job, tries: 1, at: clock.now }, all);
        }
      }
    }
  }

  /** Lets a day pass, and everything be done that it brings; what it asked for, by stage. */
  async function day(items: readonly Made[], { hoursAgo = 5 } = {}): Promise<Bill> {
    clock.now = new Date(clock.now.getTime() + 24 * HOUR);
    await give(items, hoursAgo);
    // What earlier days set aside is looked through at every tick: it is not this day's.
    await poison.clearMessages();
    storage.take();
    await asked.forgetRequests();
    const [events, stages] = [telemetry.events.length, telemetry.stages.length];

    await collectAll(all, { tick: clock.now, mayGoOn: always });
    const collect = storage.take();
    const convert = await convertAll();
    const converted = storage.take();
    const imports = await importAll();
    const imported = storage.take();
    const graph = (await asked.counts()).total;
    await reconcile(all, always);
    return {
      collect,
      convert: converted,
      import: imported,
      reconcile: storage.take(),
      graph,
      executions: convert + imports,
      // The trigger of import opens its span; the others are opened by what runs here.
      spans: telemetry.stages.length - stages + imports + graph,
      events: countsOf(telemetry.events.slice(events).map(({ name }) => name)),
    };
  }

  /** What a tick of each timer asks for a quarter of an hour later, when nothing is due or open. */
  async function idleTicks(): Promise<{ collect: Counts; reconcile: Counts }> {
    clock.now = new Date(clock.now.getTime() + HOUR / 4);
    storage.take();
    await collectAll(all, { tick: clock.now, mayGoOn: always });
    const collect = storage.take();
    await reconcile(all, always);
    return { collect, reconcile: storage.take() };
  }

  /** What reconcile asks for so many days from now, with nothing collected in between. */
  async function reconcileAfter(days: number): Promise<Counts> {
    clock.now = new Date(clock.now.getTime() + days * 24 * HOUR);
    storage.take();
    await reconcile(all, always);
    return storage.take();
  }

  const running = started.move();
  return { day, idleTicks, reconcileAfter, stop: () => running.disposeAsync() };
}

function countsOf(names: readonly string[]): Counts {
  return new Map([...Map.groupBy(names, (name) => name)].map(([name, of]) => [name, of.length]));
}
