import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { blobEmails, blobRawStore } from "./adapters/blobs.ts";
import { blobConfiguration } from "./adapters/configuration.ts";
import { mailboxProbe, storageDiagnostics } from "./adapters/diagnostics.ts";
import { lookAtDirectory } from "./adapters/graph/app-gate.ts";
import { graphClient } from "./adapters/graph/client.ts";
import { clouds } from "./adapters/graph/clouds.ts";
import { graphDirectory } from "./adapters/graph/directory.ts";
import { GraphFailure } from "./adapters/graph/graph-failure.ts";
import { graphMailboxes } from "./adapters/graph/mailboxes.ts";
import { tenantCheck } from "./adapters/graph/tenant-check.ts";
import { graphToken } from "./adapters/graph/token.ts";
import { graphTraffic } from "./adapters/graph/traffic.ts";
import { invocationLog } from "./adapters/invocation-log.ts";
import { queues, tables } from "./adapters/names.ts";
import { outboundRules } from "./adapters/outbound.ts";
import { storagePoisonQueues } from "./adapters/poison-queues.ts";
import { provisioning } from "./adapters/provision.ts";
import { storageQueue } from "./adapters/queue.ts";
import { sourceFaults, sourceFor } from "./adapters/source.ts";
import { blobService, queueService, tableClient } from "./adapters/storage-clients.ts";
import { blobFiles } from "./adapters/stored-files.ts";
import { azureTable } from "./adapters/tables.ts";
import { type AppTelemetry, appTelemetry } from "./adapters/telemetry/app-telemetry.ts";
import { personHash } from "./domain/person-hash.ts";
import type { SignIn } from "./operations/caller.ts";
import type { HealthPorts } from "./operations/health.ts";
import { blobOperationLog } from "./operations/operation-log.ts";
import { tableOrders } from "./operations/orders/table-orders.ts";
import type { OperationsPorts } from "./operations/ports.ts";
import { tableCheckpoints } from "./pipeline/checkpoints.ts";
import type { CollectAllPorts } from "./pipeline/collect-all.ts";
import type { Connector } from "./pipeline/connector.ts";
import type { ConvertPorts } from "./pipeline/convert-item.ts";
import { tableCustodyChains } from "./pipeline/custody-chains.ts";
import { tableGates } from "./pipeline/gates.ts";
import type { ImportPorts } from "./pipeline/import-item.ts";
import { tableLedger } from "./pipeline/ledger.ts";
import type { Log } from "./pipeline/ports.ts";
import { prepareImport } from "./pipeline/prepare-import.ts";
import type { ReconcileAllPorts } from "./pipeline/reconcile.ts";
import { tableRuns } from "./pipeline/runs.ts";
import { readSettings, type Settings, settingNames } from "./settings.ts";

/** Every part of the app, behind its port. */
export type App = CollectAllPorts &
  ConvertPorts &
  ImportPorts &
  ReconcileAllPorts &
  HealthPorts &
  OperationsPorts & { readonly telemetry: AppTelemetry; readonly signIn: SignIn };

let composed: App | undefined;

/**
 * The app's parts, made once: a client made per invocation opens its own
 * connections. Throws `ConfigurationError` with every wrong setting.
 */
export function compose(): App {
  composed ??= composeFrom(readSettings());
  return composed;
}

/** The app's parts of these settings, with a clock of the caller's. */
export function composeFrom(settings: Settings, now: () => Date = () => new Date()): App {
  const log = invocationLog;
  const telemetry = telemetryOf(settings, log);
  const storage = storageOf(settings);
  const { service } = storage;
  const checkpoints = tableCheckpoints(storage.table("checkpoints"), now);
  const deliveries = storage.table("deliveries");
  const gates = tableGates(deliveries, { now, random: Math.random, sleep: pause });
  const graph = graphOf(settings, { gates, log, now, telemetry });
  const outbound = outboundRules({
    allowedHosts: settings.sourceAllowedHosts,
    onAzure: settings.onAzure,
  });
  const sources = {
    secret: settings.secret,
    outbound,
    dropService: storage.drop,
    archiveService: service,
    log,
    now,
    sleep,
  };
  const configuration = blobConfiguration({
    service,
    furtherFaults: (connector) => sourceFaults(connector, sources),
    log,
    now,
  });
  const emails = blobEmails(service);
  const files = blobFiles(service);
  const runs = storage.table("runs");
  const signIn = signInOf(settings);
  const { evidence, clockAheadMs } = storageDiagnostics(service, now);

  return {
    ...graph,
    diagnostics: {
      evidence,
      clockAheadMs,
      probeMailbox: graph.probeMailbox,
      signIn,
      settings: settingNames.map((name) => ({ name, isSet: settings.secret(name) !== undefined })),
    },
    connectorFaults: (connector) => sourceFaults(connector, sources),
    hashOf: (person) => personHash(settings.tenantHashSalt, person),
    newId: () => randomBytes(2).toString("hex"),
    operationLog: blobOperationLog(files, now),
    orders: tableOrders(runs, now),
    signIn,
    checkpoints,
    configuration,
    custodyChains: tableCustodyChains(storage.table("checkpoints"), now),
    emails,
    files,
    gates,
    ledger: tableLedger({ items: storage.table("items"), deliveries }),
    log,
    newTraceparent: () => telemetry.traceparent() ?? newTraceparent(),
    now,
    poison: storage.poison,
    prepare: prepareImport({ configuration, emails }),
    provision: storage.provision,
    queue: storage.queue,
    rawStore: blobRawStore(service),
    runs: tableRuns({ runs, runItems: storage.table("runItems") }),
    sourceOf: (connector: Connector) => sourceFor(connector, sources),
    telemetry,
  };
}

/** Whether the platform's sign-in stands before the operator routes, or this is a machine of one's own. */
function signInOf({ signInEnabled, operationsAllowAnonymous }: Settings): SignIn {
  if (signInEnabled) return "platform";
  return operationsAllowAnonymous ? "local" : "none";
}

function storageOf(settings: Settings) {
  const service = blobService(settings.archiveStorage);
  const drop = blobService(settings.dropStorage);
  const queueClients = queueService(settings.archiveStorage);
  const tableClients = Object.fromEntries(
    Object.entries(tables).map(([key, name]) => [key, tableClient(settings.archiveStorage, name)]),
  ) as Record<keyof typeof tables, ReturnType<typeof tableClient>>;
  const poison = queueClients.getQueueClient(queues.poison);
  return {
    service,
    drop,
    table: (name: keyof typeof tables) => azureTable(tableClients[name]),
    queue: storageQueue({ jobs: queueClients.getQueueClient(queues.jobs), poison }),
    poison: storagePoisonQueues({
      jobs: poison,
      blobs: queueClients.getQueueClient(queues.blobPoison),
    }),
    provision: provisioning({
      blobs: service,
      drop,
      queues: queueClients,
      tables: Object.values(tableClients),
    }),
  };
}

function telemetryOf(settings: Settings, log: Log): AppTelemetry {
  const { applicationInsights } = settings;
  const graphHost = new URL(graphBaseUrl(settings)).host;
  return appTelemetry(applicationInsights && { ...applicationInsights, graphHost }, log);
}

function graphBaseUrl({ graph: { cloud, baseUrl } }: Settings): string {
  return baseUrl ?? clouds[cloud].baseUrl;
}

function graphOf(settings: Settings, parts: Pick<App, "gates" | "log" | "now" | "telemetry">) {
  const { cloud, staticToken } = settings.graph;
  const baseUrl = graphBaseUrl(settings);
  const token = graphToken({
    cloud,
    baseUrl,
    ...(staticToken !== undefined && { staticToken }),
    ...settings.identity,
  });
  const client = graphClient({ baseUrl, token, now: parts.now });
  const traffic = graphTraffic({
    client,
    ...parts,
    // Without the signal, a wait that is no longer needed keeps the process from ending.
    sleep: pause,
    random: Math.random,
    observe: (name, work) => parts.telemetry.request(name, work, statusOf),
  });
  const mailboxes = graphMailboxes(traffic, { cloud });
  return {
    probeMailbox: mailboxProbe(client),
    tenantCheck: (mailbox: string) =>
      tenantCheck(client, { mailbox, cloud, token, now: parts.now, sleep: (ms) => sleep(ms) }),
    directory: graphDirectory(traffic),
    mailboxes,
    sweepStaging: mailboxes.sweepStaging,
    askGraph: () => lookAtDirectory(client),
  };
}

function statusOf(error: unknown): number | undefined {
  return error instanceof GraphFailure ? error.failure.status : undefined;
}

/** A W3C trace context of its own, for an item that nobody watches. */
function newTraceparent(): string {
  return `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-01`;
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { ...(signal && { signal }) });
}
