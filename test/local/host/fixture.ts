import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { BlobServiceClient, type ContainerClient } from "@azure/storage-blob";
import { type QueueClient, QueueServiceClient } from "@azure/storage-queue";
import { build } from "esbuild";
import { type Azurite, startAzurite } from "../../../local/azurite.ts";
import { type Host, type HostOptions, startHost } from "../../../local/host/host.ts";
import type { LogRecord } from "../../../local/host/log.ts";

const SOURCE = fileURLToPath(new URL("./fixture-app/main.ts", import.meta.url));
const HOST_JSON = {
  version: "2.0",
  extensions: {
    queues: { batchSize: 4, newBatchThreshold: 0, maxDequeueCount: 3 },
    blobs: { maxDegreeOfParallelism: 4, poisonBlobThreshold: 3 },
  },
};
const PATIENCE_MS = 20_000;

/** The fixture app, built, and Azurite; for all tests of a file. */
export interface Bench {
  readonly azurite: Azurite;
  readonly appRoot: string;
  /** Storage of its own for one test, whose hosts are stopped at its end. */
  place(test: TestContext): Place;
  stop(): Promise<void>;
}

/** One test's storage and settings, on which one host after another may run. */
export interface Place {
  readonly queue: QueueClient;
  readonly poison: QueueClient;
  readonly blobs: ContainerClient;
  readonly settings: Record<string, string>;
  start(options?: Partial<HostOptions>): Promise<RunningHost>;
}

export interface RunningHost extends Host {
  readonly records: readonly LogRecord[];
  /** What a function logged as `saw`, in order. */
  saw(functionName: string): Sight[];
  release(): Promise<void>;
}

export interface Sight {
  readonly triggerMetadata?: Record<string, unknown>;
  readonly [input: string]: unknown;
}

export async function openBench(): Promise<Bench> {
  const appRoot = mkdtempSync(join(tmpdir(), "fixture-app-"));
  const [azurite] = await Promise.all([startAzurite(), buildFixture(appRoot)]);
  let places = 0;

  return {
    azurite,
    appRoot,
    place(test) {
      places += 1;
      return openPlace(azurite, appRoot, `t${places}`, test);
    },
    async stop() {
      await azurite.stop();
      rmSync(appRoot, { recursive: true });
    },
  };
}

function openPlace(azurite: Azurite, appRoot: string, id: string, test: TestContext): Place {
  const queues = QueueServiceClient.fromConnectionString(azurite.connectionString);
  const blobs = BlobServiceClient.fromConnectionString(azurite.connectionString);
  const settings = {
    AzureWebJobsStorage: azurite.connectionString,
    ArchiveStorage: azurite.connectionString,
    AzureFunctionsWebHost__hostid: `host-${id}`,
    WORK_QUEUE: `work-${id}`,
    IN_CONTAINER: `in-${id}`,
    TICK_SCHEDULE: "0 0 0 1 1 *",
  };
  return {
    queue: queues.getQueueClient(settings.WORK_QUEUE),
    poison: queues.getQueueClient(`${settings.WORK_QUEUE}-poison`),
    blobs: blobs.getContainerClient(settings.IN_CONTAINER),
    settings,
    async start(options = {}) {
      const records: LogRecord[] = [];
      const host = await startHost({
        appRoot,
        env: settings,
        schedules: "off",
        pollMs: 20,
        drainMs: 100,
        logSink: (record) => records.push(record),
        ...options,
      });
      test.after(() => host.stop());
      return {
        ...host,
        records,
        idle: (functionNames) => withPatience(host.idle(functionNames), "idle"),
        saw: (functionName) =>
          records
            .filter((each) => each.function === functionName && each.message.startsWith("saw "))
            .map((each) => JSON.parse(each.message.slice("saw ".length)) as Sight),
        async release() {
          await fetch(`${host.url}/api/release`, { method: "POST" });
        },
      };
    },
  };
}

async function buildFixture(appRoot: string): Promise<void> {
  writeFileSync(join(appRoot, "package.json"), JSON.stringify({ main: "dist/main.cjs" }));
  writeFileSync(join(appRoot, "host.json"), JSON.stringify(HOST_JSON));
  await build({
    entryPoints: [SOURCE],
    outfile: join(appRoot, "dist/main.cjs"),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    external: ["@azure/functions-core"],
  });
}

/** An entry's text as the host expects it in the queue. */
export function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** A host that never comes to rest fails the test instead of holding it up for ever. */
async function withPatience<T>(promise: Promise<T>, what: string): Promise<T> {
  const outOfPatience = new AbortController();
  const { signal } = outOfPatience;
  return Promise.race([
    promise,
    sleep(PATIENCE_MS, undefined, { signal }).then(() => {
      throw new Error(`Not within ${PATIENCE_MS / 1000} s: ${what}`);
    }),
  ]).finally(() => outOfPatience.abort());
}

/** Resolves as soon as `condition` holds; fails the test when it does not come to hold. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) {
      throw new Error(`Not within ${PATIENCE_MS / 1000} s: ${condition}`);
    }
    await sleep(10);
  }
}
