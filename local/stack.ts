import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { BlobServiceClient, type ContainerClient } from "@azure/storage-blob";
import { startAzurite } from "./azurite.ts";
import { type GatewayControl, gatewayControl } from "./gateway/control.ts";
import { type GraphControl, graphControl } from "./graph/control.ts";
import type { User } from "./graph/directory.ts";
import { type Host, type HostOptions, startHost } from "./host/host.ts";
import type { LogRecord } from "./host/log.ts";
import { type TrafficConnector, trafficConnectors } from "./traffic/connectors.ts";
import { makeTraffic, type Traffic } from "./traffic/traffic.ts";
import { writeTraffic } from "./traffic/write-traffic.ts";

export interface StackOptions
  extends Partial<Pick<HostOptions, "hostJson" | "port" | "functionKey" | "logSink">>,
    Partial<Pick<HostOptions, "leaseMs" | "pollMs" | "drainMs">> {
  /** Where storage and mailboxes are kept from one start to the next; absent: in memory. */
  readonly stateDirectory?: string;
  /** When the made-up day ends: now, by default. The app's own clock is the machine's. */
  readonly now?: Date;
  readonly seed?: number;
  readonly scale?: number;
  /** Settings of the app, besides those that the stack needs or in their place. */
  readonly env?: Readonly<Record<string, string>>;
  /** Users of the tenant, besides those of the day or (by id) in their place. */
  readonly users?: readonly (Partial<User> & Pick<User, "id" | "userPrincipalName">)[];
  /** Changes the connectors of the day, or replaces them, before they are written. */
  readonly connectors?: (ofTheDay: readonly TrafficConnector[]) => readonly TrafficConnector[];
  /** `off`, the default: timers run by `host.fire` alone. */
  readonly schedules?: "on" | "off";
}

/** The whole installation on this machine: the app under the local host, and all it talks to. */
export interface Stack {
  readonly host: Host;
  readonly gateway: GatewayControl & { readonly url: string };
  readonly graph: GraphControl & { readonly url: string };
  /** Of Azurite: for storage clients. */
  readonly connectionString: string;
  /** The made-up day that the gateway holds. */
  readonly traffic: Traffic;
  /** All that the hosts have logged so far, oldest first. */
  readonly logs: readonly LogRecord[];
  /** A further host over the same storage, as when the app scales out. Ends with the stack. */
  startHost(options?: Partial<HostOptions>): Promise<Host>;
  /** Ends every process, and removes what lay in temporary folders. May be called twice. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const GATEWAY = fileURLToPath(new URL("./gateway/main.ts", import.meta.url));
const GRAPH = fileURLToPath(new URL("./graph/main.ts", import.meta.url));
const GRAPH_TOKEN = "example-token";
/** As the stand-in gateway's one account has it. */
const PASSWORD = "example";

/**
 * Starts Azurite, the stand-in gateway with a made-up day, the stand-in Graph, and the local host
 * over `dist/main.cjs`, which must have been built. All of it listens on loopback, on free ports.
 *
 * Connector files and mappings are written into `config` unless they are there. Nothing is
 * collected yet: `host.fire("collect")` does that, unless `schedules` are on.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { stateDirectory, now = new Date(), seed = 1, scale = 1 } = options;
  await using starting = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "archiver-"));
  starting.defer(() => rm(folder, { recursive: true, force: true }));
  const day = makeTraffic({ now, seed, scale });
  await writeTraffic(folder, day);
  const usersFile = join(folder, "users.json");
  await writeFile(usersFile, JSON.stringify([...day.users, ...(options.users ?? [])]));

  const at = (part: string) => stateDirectory && join(stateDirectory, part);
  const [storage, mailboxes] = [at("storage"), at("graph")];
  const [azurite, gateway, graph] = await allStarted(starting, [
    startAzurite(storage ? { location: storage } : {}),
    startStandIn(GATEWAY, ["--items", folder]),
    startStandIn(GRAPH, [
      ...["--users", usersFile, "--token", GRAPH_TOKEN],
      ...(mailboxes ? ["--state", mailboxes] : []),
    ]),
  ]);
  const { connectionString } = azurite;

  const connectors = trafficConnectors(gateway.url);
  const traffic: Traffic = { ...day, connectors };
  const written = options.connectors?.(connectors) ?? connectors;
  await writeConfiguration(connectionString, written);

  const logs: LogRecord[] = [];
  const hostOptions: HostOptions = {
    ...options,
    appRoot: ROOT,
    schedules: options.schedules ?? "off",
    env: {
      AzureWebJobsStorage: connectionString,
      ArchiveStorage: connectionString,
      BLOB_TRIGGER_SOURCE: "LogsAndContainerScan",
      GRAPH_CLOUD: "global",
      GRAPH_BASE_URL: graph.url,
      GRAPH_STATIC_TOKEN: GRAPH_TOKEN,
      TENANT_HASH_SALT: "a made-up salt",
      OPERATIONS_ALLOW_ANONYMOUS: "true",
      ...passwords(connectors),
      ...options.env,
    },
    logSink(record) {
      logs.push(record);
      options.logSink?.(record);
    },
  };
  const hosts = starting.use(new AsyncDisposableStack());
  const addHost = async (overrides: Partial<HostOptions> = {}): Promise<Host> => {
    const host = await startHost({ ...hostOptions, ...overrides });
    hosts.defer(() => host.stop());
    return host;
  };
  const host = await addHost();

  const running = starting.move();
  const stop = () => running.disposeAsync();
  return {
    host,
    gateway: { ...gatewayControl(gateway.url), url: gateway.url },
    graph: { ...graphControl(graph.url), url: graph.url },
    connectionString,
    traffic,
    logs,
    startHost: (overrides) => addHost({ port: 0, ...overrides }),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

interface Part {
  stop(): Promise<void>;
}

/** Waits for all of them. When one fails, those that did start end with `starting`. */
async function allStarted<T extends readonly Promise<Part>[]>(
  starting: AsyncDisposableStack,
  parts: readonly [...T],
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  for (const part of await Promise.allSettled(parts)) {
    if (part.status === "fulfilled") {
      starting.defer(() => part.value.stop());
    }
  }
  return (await Promise.all(parts)) as { [K in keyof T]: Awaited<T[K]> };
}

/** A stand-in as a process of its own, which says on stdout where it listens. */
async function startStandIn(
  entry: string,
  args: readonly string[],
): Promise<Part & { url: string }> {
  const child = fork(entry, args, {
    execArgv: [],
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    // Ctrl-C reaches the whole process group, and the app needs them until it has finished.
    detached: true,
  });
  const exited = once(child, "exit");
  const started = once(createInterface({ input: child.stdout as Readable }), "line");
  const [line] = await Promise.race([
    started,
    exited.then(() => {
      throw new Error(`${entry} ended while it was starting; its reason stands on stderr`);
    }),
  ]);
  return {
    url: (JSON.parse(String(line)) as { url: string }).url,
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

function passwords(connectors: readonly TrafficConnector[]): Record<string, string> {
  const names = connectors.map(({ file }) => file["source"] as { passwordSetting: string });
  return Object.fromEntries(names.map(({ passwordSetting }) => [passwordSetting, PASSWORD]));
}

async function writeConfiguration(
  connectionString: string,
  connectors: readonly TrafficConnector[],
): Promise<void> {
  const config =
    BlobServiceClient.fromConnectionString(connectionString).getContainerClient("config");
  await config.createIfNotExists();
  for (const { id, file, mappingCsv } of connectors) {
    await writeIfAbsent(config, `connectors/${id}.json`, JSON.stringify(file, undefined, 2));
    await writeIfAbsent(config, `mappings/${id}.csv`, mappingCsv);
  }
}

async function writeIfAbsent(
  container: ContainerClient,
  name: string,
  text: string,
): Promise<void> {
  const blob = container.getBlockBlobClient(name);
  try {
    await blob.upload(text, Buffer.byteLength(text), { conditions: { ifNoneMatch: "*" } });
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 409) throw error;
  }
}
