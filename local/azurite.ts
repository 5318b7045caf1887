import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { AzuriteAddresses } from "./azurite-process.ts";

/** A running Azurite: blobs, queues and tables on loopback, on ports of its own. */
export interface Azurite {
  /** For `AzureWebJobsStorage`, `ArchiveStorage` and the storage clients. */
  readonly connectionString: string;
  readonly blobUrl: string;
  readonly queueUrl: string;
  readonly tableUrl: string;
  /** Closes the servers and writes what `location` does not hold yet. May be called twice. */
  stop(): Promise<void>;
}

const ENTRY = fileURLToPath(new URL("./azurite-process.ts", import.meta.url));
const STOP_TIMEOUT_MS = 10_000;

// Azurite's one published account: https://learn.microsoft.com/azure/storage/common/storage-connect-azurite
const ACCOUNT = "devstoreaccount1";
const ACCOUNT_KEY =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/**
 * Starts Azurite in a process of its own, so that its work does not hold up the caller's.
 *
 * Without `location` everything lies in memory and is gone after `stop`. The process ends with its
 * parent, however that ends. Sends no telemetry.
 */
export async function startAzurite(options: { location?: string } = {}): Promise<Azurite> {
  const child = fork(ENTRY, options.location === undefined ? [] : [options.location], {
    execArgv: [],
    env: withoutAzuriteSettings(process.env),
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    // A signal to the parent's process group, or a terminal that closes, must not end it before
    // it has written what it holds.
    detached: true,
  });
  const exited = once(child, "exit");
  const addresses = await Promise.race([
    once(child, "message").then(([message]) => message as AzuriteAddresses),
    exited.then(([code, signal]) => {
      throw new Error(
        `Azurite ended while it was starting (${signal ?? `exit code ${code}`}); its reason stands on stderr`,
      );
    }),
  ]);

  const blobUrl = `${addresses.blob}/${ACCOUNT}`;
  const queueUrl = `${addresses.queue}/${ACCOUNT}`;
  const tableUrl = `${addresses.table}/${ACCOUNT}`;
  return {
    connectionString: [
      "DefaultEndpointsProtocol=http",
      `AccountName=${ACCOUNT}`,
      `AccountKey=${ACCOUNT_KEY}`,
      `BlobEndpoint=${blobUrl}`,
      `QueueEndpoint=${queueUrl}`,
      `TableEndpoint=${tableUrl}`,
    ].join(";"),
    blobUrl,
    queueUrl,
    tableUrl,
    async stop() {
      if (child.connected) {
        child.send("stop");
      }
      const tooSlow = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(tooSlow);
    },
  };
}

/** `AZURITE_ACCOUNTS` in the caller's environment would replace the account whose key is used here. */
function withoutAzuriteSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("AZURITE_")));
}
