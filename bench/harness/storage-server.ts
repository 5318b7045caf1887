import { type Azurite, startAzurite } from "../../local/azurite.ts";
import { queues, tables } from "../../shared/adapters/names.ts";
import { provisioning } from "../../shared/adapters/provision.ts";
import { storageQueue } from "../../shared/adapters/queue.ts";
import { blobService, queueService, tableClient } from "../../shared/adapters/storage-clients.ts";
import { azureTable } from "../../shared/adapters/tables.ts";

/** Azurite in a process of its own, with everything that the app looks for. */
export async function storageServer() {
  const azurite: Azurite = await startAzurite();
  const connection = { connectionString: azurite.connectionString };
  const blobs = blobService(connection);
  const queueClients = queueService(connection);
  const tableClients = Object.values(tables).map((name) => tableClient(connection, name));
  await provisioning({
    blobs,
    drop: blobs,
    queues: queueClients,
    tables: tableClients,
  })();
  return {
    connectionString: azurite.connectionString,
    blobs,
    table: (name: keyof typeof tables) => azureTable(tableClient(connection, tables[name])),
    queue: storageQueue({
      jobs: queueClients.getQueueClient(queues.jobs),
      poison: queueClients.getQueueClient(queues.poison),
    }),
    [Symbol.asyncDispose]: () => azurite.stop(),
  };
}
export type StorageServer = Awaited<ReturnType<typeof storageServer>>;
