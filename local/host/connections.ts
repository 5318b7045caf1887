import { DefaultAzureCredential } from "@azure/identity";
import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import type { Settings } from "./settings.ts";

/** The storage account behind a binding's `connection`. */
export interface Connection {
  readonly blobs: BlobServiceClient;
  readonly queues: QueueServiceClient;
}

/**
 * The account that `connection` names: a setting with a connection string, or an identity-based
 * group of settings (`<name>__blobServiceUri` and `<name>__queueServiceUri`, or
 * `<name>__accountName`). As on Azure, `AzureWebJobs<name>` goes before `<name>`.
 *
 * Throws with the names of the settings that would do.
 */
export function openConnection(name: string, settings: Settings): Connection {
  for (const prefix of [`AzureWebJobs${name}`, name]) {
    const connectionString = settings[prefix];
    if (connectionString) {
      return {
        blobs: BlobServiceClient.fromConnectionString(connectionString),
        queues: QueueServiceClient.fromConnectionString(connectionString),
      };
    }
    const identityBased = openByIdentity(prefix, settings);
    if (identityBased !== undefined) {
      return identityBased;
    }
  }
  throw new Error(
    `The connection ${name} is not set: give ${name} (a connection string), or ` +
      `${name}__blobServiceUri and ${name}__queueServiceUri (identity).`,
  );
}

function openByIdentity(prefix: string, settings: Settings): Connection | undefined {
  const account = settings[`${prefix}__accountName`];
  const uri = (service: "blob" | "queue") =>
    settings[`${prefix}__${service}ServiceUri`] ??
    (account && `https://${account}.${service}.core.windows.net`);

  const blobUri = uri("blob");
  const queueUri = uri("queue");
  if (!blobUri || !queueUri) {
    return undefined;
  }
  const clientId = settings[`${prefix}__clientId`];
  const credential = new DefaultAzureCredential(
    clientId === undefined ? {} : { managedIdentityClientId: clientId },
  );
  return {
    blobs: new BlobServiceClient(blobUri, credential),
    queues: new QueueServiceClient(queueUri, credential),
  };
}
