import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** What this process tells its parent once all three servers listen. */
export interface AzuriteAddresses {
  readonly blob: string;
  readonly queue: string;
  readonly table: string;
}

interface Server {
  start(): Promise<void>;
  close(): Promise<void>;
  getHttpServerAddress(): string;
}
type Constructor<T> = new (...args: unknown[]) => T;

const HOST = "127.0.0.1";
const ANY_PORT = 0;
// Azurite's own 5 s is shorter than a client's idle time, and a request sent into a closing
// connection fails with ECONNRESET.
const KEEP_ALIVE_SECONDS = 60;

const location = process.argv[2];
const inMemory = location === undefined;
const servers = [blobServer(), queueServer(), tableServer()] as const;

process.on("message", () => void stop());
process.on("disconnect", () => void stop());

if (location !== undefined) {
  mkdirSync(location, { recursive: true });
}
await Promise.all(servers.map((server) => server.start()));
const [blob, queue, table] = servers.map((server) => server.getHttpServerAddress());
process.send?.({ blob, queue, table });

async function stop(): Promise<void> {
  // The stores write to disk when they close; without it the last seconds would be lost.
  await Promise.allSettled(servers.map((server) => server.close()));
  process.exit(0);
}

function blobServer(): Server {
  const BlobConfiguration = azurite("blob/BlobConfiguration");
  const BlobServer = azurite<Server>("blob/BlobServer");
  return new BlobServer(
    new BlobConfiguration(
      HOST,
      ANY_PORT,
      KEEP_ALIVE_SECONDS,
      at("__azurite_db_blob__.json"),
      at("__azurite_db_blob_extent__.json"),
      [{ locationId: "Default", locationPath: at("__blobstorage__"), maxConcurrency: 50 }],
      ...withoutLogs(),
      ...plainHttp(),
      inMemory,
    ),
  );
}

function queueServer(): Server {
  const QueueConfiguration = azurite("queue/QueueConfiguration");
  const QueueServer = azurite<Server>("queue/QueueServer");
  return new QueueServer(
    new QueueConfiguration(
      HOST,
      ANY_PORT,
      KEEP_ALIVE_SECONDS,
      at("__azurite_db_queue__.json"),
      at("__azurite_db_queue_extent__.json"),
      [{ locationId: "Default", locationPath: at("__queuestorage__"), maxConcurrency: 1 }],
      ...withoutLogs(),
      ...plainHttp(),
      inMemory,
    ),
  );
}

function tableServer(): Server {
  const TableConfiguration = azurite("table/TableConfiguration");
  const TableServer = azurite<Server>("table/TableServer");
  const [accessLog, accessLogStream, debugLog, debugLogPath] = withoutLogs();
  return new TableServer(
    new TableConfiguration(
      HOST,
      ANY_PORT,
      KEEP_ALIVE_SECONDS,
      at("__azurite_db_table__.json"),
      // Table's constructor alone takes the debug log before the access log.
      debugLog,
      accessLog,
      accessLogStream,
      debugLogPath,
      ...plainHttp(),
      inMemory,
    ),
  );
}

function withoutLogs(): [accessLog: false, stream: undefined, debugLog: false, path: undefined] {
  return [false, undefined, false, undefined];
}

/** `loose`, `skipApiVersionCheck`, `cert`, `key`, `pwd`, `oauth`, `disableProductStyleUrl`. */
function plainHttp(): unknown[] {
  return [false, false, "", "", "", undefined, false];
}

function at(file: string): string {
  return location === undefined ? file : join(location, file);
}

/** A class of Azurite's, which publishes no entry point for its servers. */
function azurite<T>(path: string): Constructor<T> {
  const require = createRequire(import.meta.url);
  return (require(`azurite/dist/src/${path}`) as { default: Constructor<T> }).default;
}
