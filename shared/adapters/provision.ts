import type { TableClient } from "@azure/data-tables";
import type { BlobServiceClient } from "@azure/storage-blob";
import type { QueueServiceClient } from "@azure/storage-queue";
import { containers, queues } from "./names.ts";

/**
 * Looks for the containers, queues and tables, and creates what is missing.
 *
 * It looks before it creates: on Azure the app may create neither containers nor
 * queues, and asking to create one that exists may be refused as well.
 * Work is done once; after a failure the next caller tries again.
 */
export function provisioning(clients: {
  blobs: BlobServiceClient;
  drop: BlobServiceClient;
  queues: QueueServiceClient;
  tables: readonly TableClient[];
}): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= provision(clients).catch((error: unknown) => {
      done = undefined;
      throw error;
    });
    return done;
  };
}

async function provision({
  blobs,
  drop,
  queues: queueClients,
  tables,
}: Parameters<typeof provisioning>[0]): Promise<void> {
  const { drop: dropName, ...archive } = containers;
  const wanted = [
    ...Object.values(archive).map((name) => blobs.getContainerClient(name)),
    drop.getContainerClient(dropName),
  ];
  await Promise.all([
    ...wanted.map(async (container) => {
      if (!(await container.exists())) await container.createIfNotExists();
    }),
    ...[queues.jobs, queues.poison].map(async (name) => {
      const queue = queueClients.getQueueClient(name);
      if (!(await queue.exists())) await queue.createIfNotExists();
    }),
    // The SDK takes "exists already" for success.
    ...tables.map((table) => table.createTable()),
  ]);
}
