import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ensureBuilt } from "../../local/stack/build.ts";
import { type AppHost, appHost } from "./app-host.ts";
import { ROOT } from "./root.ts";

/** The archiver's own bundle under the local host, between a storage account and a Graph on loopback. */
export async function archiverHost(place: {
  connectionString: string;
  graphUrl: string;
  hostJson?: unknown;
}): Promise<AppHost> {
  await ensureBuilt();
  return appHost({
    appRoot: ROOT,
    hostJson: place.hostJson ?? ownHostJson(),
    env: archiverSettings(place),
  });
}

export function archiverSettings(place: {
  connectionString: string;
  graphUrl: string;
}): Record<string, string> {
  return {
    AzureWebJobsStorage: place.connectionString,
    ArchiveStorage: place.connectionString,
    BLOB_TRIGGER_SOURCE: "LogsAndContainerScan",
    GRAPH_CLOUD: "global",
    GRAPH_BASE_URL: place.graphUrl,
    GRAPH_STATIC_TOKEN: "token",
    TENANT_HASH_SALT: "a made-up salt",
    GATEWAY_PASSWORD: "example",
  };
}

/** The app's host.json, which both contestants and every sweep begin from. */
export function ownHostJson(): HostJson {
  return JSON.parse(readFileSync(join(ROOT, "host.json"), "utf8"));
}

interface HostJson {
  readonly extensions: {
    readonly queues: {
      readonly batchSize: number;
      readonly newBatchThreshold: number;
      readonly maxPollingInterval: string;
    };
    readonly blobs: { readonly maxDegreeOfParallelism: number };
  };
}
