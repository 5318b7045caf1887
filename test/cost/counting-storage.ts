import { createServer, request as forward, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Azurite } from "../../local/azurite.ts";

/** How often each operation was asked for, as Azure's bill and documentation name them. */
export type Counts = ReadonlyMap<string, number>;

export interface CountingStorage extends AsyncDisposable {
  /** Reaches the same account, and is counted. */
  readonly connectionString: string;
  /** What was counted since the last time this was asked. */
  take(): Counts;
}

/** A proxy before each of Azurite's services: what passes is what Azure would bill. */
export async function countingStorage(azurite: Azurite): Promise<CountingStorage> {
  let counts = new Map<string, number>();
  const count = (operation: string) => counts.set(operation, (counts.get(operation) ?? 0) + 1);

  const services = { Blob: azurite.blobUrl, Queue: azurite.queueUrl, Table: azurite.tableUrl };
  let { connectionString } = azurite;
  const servers = await Promise.all(
    Object.entries(services).map(async ([service, target]) => {
      const server = createServer((incoming, outgoing) => {
        count(operationOf(service, incoming));
        const { host } = new URL(target);
        const [hostname = "", port = ""] = host.split(":");
        const { method, url: path, headers } = incoming;
        const onward = forward({ hostname, port, method, path, headers }, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        });
        incoming.pipe(onward);
      });
      const port = await new Promise<number>((resolve) => {
        server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
      });
      const proxied = new URL(target);
      proxied.port = String(port);
      connectionString = connectionString.replace(target, proxied.href);
      return server;
    }),
  );

  return {
    connectionString,
    take() {
      const taken = counts;
      counts = new Map();
      return taken;
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

const BLOB_OPERATIONS: Readonly<Record<string, string>> = {
  "PUT ": "Put Blob",
  "PUT block": "Put Block",
  "PUT blocklist": "Put Block List",
  "GET ": "Get Blob",
  "HEAD ": "Get Blob Properties",
  "DELETE ": "Delete Blob",
  "GET list": "List Blobs",
};
const QUEUE_OPERATIONS: Readonly<Record<string, string>> = {
  "POST messages": "Put Message",
  "GET messages": "Get Messages",
  "PUT messages": "Update Message",
  "DELETE messages": "Delete Message",
  "GET metadata": "Get Queue Metadata",
};

function operationOf(service: string, { method = "", url = "" }: IncomingMessage): string {
  const { pathname, searchParams } = new URL(url, "http://storage");
  const comp = searchParams.get("comp") ?? "";
  if (service === "Blob") return BLOB_OPERATIONS[`${method} ${comp}`] ?? `${method} ${comp}`;
  if (service === "Queue") {
    const what = pathname.includes("/messages") ? "messages" : comp;
    return QUEUE_OPERATIONS[`${method} ${what}`] ?? `${method} ${what}`;
  }
  return tableOperation(method, decodeURIComponent(pathname));
}

function tableOperation(method: string, path: string): string {
  if (path.endsWith("/$batch")) return "Entity Group Transaction";
  const isOne = /\([^)]+\)$/.test(path);
  switch (method) {
    case "POST":
      return "Insert Entity";
    case "GET":
      return isOne ? "Get Entity" : "Query Entities";
    case "DELETE":
      return "Delete Entity";
    default:
      return "Merge Entity";
  }
}
