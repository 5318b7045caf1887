import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startAzurite } from "../azurite.ts";
import { type GatewayControl, gatewayControl } from "../gateway/control.ts";
import { type GraphControl, graphControl } from "../graph/control.ts";
import type { User } from "../graph/directory.ts";
import { type Host, type HostOptions, startHost } from "../host/host.ts";
import { type TrafficConnector, trafficConnectors } from "../traffic/connectors.ts";
import { makeTraffic, type Traffic } from "../traffic/traffic.ts";
import { appSettings, passwords } from "./app-settings.ts";
import {
  type ConfigurationFiles,
  collectFrom,
  configContainer,
  filesOf,
  moved,
  readConfiguration,
  writeConfiguration,
} from "./configuration.ts";
import { gatewayProcess, graphProcess } from "./stand-in.ts";
import { type KeptDay, openState, type State } from "./state.ts";

type ForTheHost =
  | "hostJson"
  | "port"
  | "functionKey"
  | "logSink"
  | "leaseMs"
  | "pollMs"
  | "drainMs";

export interface InstallationOptions extends Partial<Pick<HostOptions, ForTheHost>> {
  /** Where storage, mailboxes, connector files and the day are kept; absent: in memory. */
  readonly stateDirectory?: string | undefined;
  /** When the made-up day ends: now, by default. The app's own clock is the machine's. */
  readonly now?: Date;
  readonly seed?: number;
  readonly scale?: number | undefined;
  /** Settings of the app, besides those that are needed here or in their place. */
  readonly env?: Readonly<Record<string, string>>;
  /** Users of the tenant, besides those of the day or (by id) in their place. */
  readonly users?: readonly (Partial<User> & Pick<User, "id" | "userPrincipalName">)[];
  /** Changes the connectors of the day, or replaces them, before they are written. */
  readonly connectors?: (ofTheDay: readonly TrafficConnector[]) => readonly TrafficConnector[];
  /** `off`, the default: timers run by `host.fire` alone. */
  readonly schedules?: "on" | "off";
  /** The connection string of an account in Azurite's place. */
  readonly storage?: string | undefined;
  /** `elsewhere`: the settings name a Graph, and there is no stand-in. */
  readonly graph?: "stand-in" | "elsewhere";
  /** What is to happen before the app starts, once its storage is there. */
  readonly beforeHost?: (storage: { readonly connectionString: string }) => Promise<void>;
}

/** The app under the local host, and all it talks to. */
export interface Installation {
  readonly host: Host;
  /** Absent when no connector collects from it. */
  readonly gateway: (GatewayControl & { readonly url: string }) | undefined;
  /** Absent when Graph is elsewhere. */
  readonly graph: (GraphControl & { readonly url: string }) | undefined;
  /** Of Azurite, or of the account in its place: for storage clients. */
  readonly connectionString: string;
  /** The made-up day that the gateway holds. */
  readonly traffic: Traffic;
  /** When that day ended. */
  readonly dayEndedAt: Date;
  /** Whether the one before in the state directory was killed: its leases run for some minutes. */
  readonly followsKill: boolean;
  /** Of the day's connectors those whose files nobody has changed: ids, by type. */
  readonly unchangedConnectors: ReadonlyMap<string, string>;
  /** A further host over the same storage, as when the app scales out. Ends with the others. */
  startHost(options?: Partial<HostOptions>): Promise<Host>;
  /** Ends every process, and removes what lay in temporary folders. May be called twice. */
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/**
 * Starts the app's surroundings and then the local host over `dist/main.cjs`, which must have been
 * built (`ensureBuilt`). All of it listens on loopback, but for the host on free ports.
 *
 * Connector files and mappings are those of the account in Azurite's place, if it has any; else
 * those in `config/` of the state directory, if there are any; else those of the made-up day,
 * which are written there. Nothing is collected yet: `host.fire("collect")` or the schedule does.
 */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  await using starting = new AsyncDisposableStack();
  const state = options.stateDirectory ? await openState(options.stateDirectory) : undefined;
  starting.defer(async () => state?.release());
  const kept = (await state?.day()) ?? newDay(options);
  refuseOtherScale(kept, options);
  const own = await ownConfiguration(options, kept, state);
  const isMadeUp = own?.size === 0;
  const needsGateway = isMadeUp || (own !== undefined && collectFrom(own, kept.gateways));

  const folder = state?.traffic ?? (await temporaryFolder(starting));
  const day = makeTraffic(kept);
  const [azurite, gateway, graph] = await allStarted(starting, [
    options.storage ? undefined : startAzurite(state ? { location: state.storage } : {}),
    needsGateway ? gatewayProcess(folder, day) : undefined,
    options.graph === "elsewhere"
      ? undefined
      : graphProcess(folder, [...day.users, ...(options.users ?? [])], state),
  ]);
  const connectionString = options.storage ?? azurite?.connectionString ?? "";

  const ofTheDay = gateway ? trafficConnectors(gateway.url) : [];
  const connectors = options.connectors?.(ofTheDay) ?? ofTheDay;
  let files: ConfigurationFiles = new Map();
  if (own) {
    const { gateways } = kept;
    const url = gateway?.url;
    // Both, until the files name the new one: whoever comes after a kill finds either.
    await state?.keepDay({ ...kept, gateways: url ? [...gateways, url] : gateways });
    files = isMadeUp ? filesOf(connectors) : url ? moved(own, gateways, url) : own;
    if (state) await writeConfiguration(state.config, files);
    await configContainer(connectionString).put(files, { only: !options.storage });
    await state?.keepDay({ ...kept, gateways: url ? [url] : gateways });
  }
  await options.beforeHost?.({ connectionString });

  const hosts = starting.use(new AsyncDisposableStack());
  const addHost = async (overrides: Partial<HostOptions>): Promise<Host> => {
    const host = await startHost({
      ...options,
      appRoot: ROOT,
      schedules: options.schedules ?? "off",
      env: {
        ...appSettings({ connectionString, graph, isReal: options.storage !== undefined }),
        ...passwords(connectors),
        ...options.env,
      },
      ...overrides,
    });
    hosts.defer(() => host.stop());
    return host;
  };
  const host = await addHost({});

  const running = starting.move();
  return {
    host,
    gateway: gateway && { ...gatewayControl(gateway.url), url: gateway.url },
    graph: graph && { ...graphControl(graph.url), url: graph.url },
    connectionString,
    traffic: { ...day, connectors },
    dayEndedAt: kept.now,
    followsKill: state?.wasKilled ?? false,
    unchangedConnectors: new Map(unchanged(ofTheDay, files)),
    startHost: (overrides) => addHost({ port: 0, ...overrides }),
    stop: () => running.disposeAsync(),
  };
}

function newDay({ now = new Date(), seed = 1, scale = 1 }: InstallationOptions): KeptDay {
  return { now, seed, scale, gateways: [] };
}

function refuseOtherScale(kept: KeptDay, { scale, stateDirectory }: InstallationOptions): void {
  if (scale !== undefined && scale !== kept.scale) {
    throw new Error(
      `The day in ${stateDirectory} is of scale ${kept.scale} and stays so. ` +
        "Leave the scale out, or choose another folder.",
    );
  }
}

/** The files of this machine, none when there are none; undefined when the account has its own. */
async function ownConfiguration(
  { storage }: InstallationOptions,
  { gateways }: KeptDay,
  state: State | undefined,
): Promise<ConfigurationFiles | undefined> {
  const found = storage ? await configContainer(storage).connectors() : new Map();
  // Those that collect from a stand-in were put there from here.
  if (found.size > 0 && !collectFrom(found, gateways)) return undefined;
  return state ? readConfiguration(state.config) : new Map();
}

function unchanged(
  connectors: readonly TrafficConnector[],
  files: ConfigurationFiles,
): [type: string, id: string][] {
  return connectors
    .filter((connector) =>
      [...filesOf([connector])].every(([name, bytes]) => files.get(name)?.equals(bytes)),
    )
    .map(({ id, file }) => [String(file["type"]), id]);
}

async function temporaryFolder(starting: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "archiver-"));
  starting.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

interface Part {
  stop(): Promise<void>;
}

/** Waits for all of them. When one fails, those that did start end with `starting`. */
async function allStarted<T extends readonly (Promise<Part> | undefined)[]>(
  starting: AsyncDisposableStack,
  parts: readonly [...T],
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  for (const part of await Promise.allSettled(parts)) {
    if (part.status === "fulfilled") {
      starting.defer(async () => part.value?.stop());
    }
  }
  return (await Promise.all(parts)) as { [K in keyof T]: Awaited<T[K]> };
}
