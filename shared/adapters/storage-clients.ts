import { TableClient } from "@azure/data-tables";
import { ManagedIdentityCredential, type TokenCredential } from "@azure/identity";
import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";

/** How to reach an account: a connection string, or addresses and a managed identity. */
export type StorageConnection =
  | { readonly connectionString: string }
  | {
      readonly blobServiceUri: string;
      readonly queueServiceUri?: string;
      readonly tableServiceUri?: string;
      readonly clientId?: string;
    };

export function blobService(connection: StorageConnection): BlobServiceClient {
  return "connectionString" in connection
    ? BlobServiceClient.fromConnectionString(connection.connectionString)
    : new BlobServiceClient(connection.blobServiceUri, identity(connection.clientId));
}

export function queueService(connection: StorageConnection): QueueServiceClient {
  return "connectionString" in connection
    ? QueueServiceClient.fromConnectionString(connection.connectionString)
    : new QueueServiceClient(connection.queueServiceUri ?? "", identity(connection.clientId));
}

export function tableClient(connection: StorageConnection, name: string): TableClient {
  return "connectionString" in connection
    ? TableClient.fromConnectionString(connection.connectionString, name, {
        // Azurite speaks plain http; an https address is not weakened by this.
        allowInsecureConnection: true,
      })
    : new TableClient(connection.tableServiceUri ?? "", name, identity(connection.clientId));
}

function identity(clientId: string | undefined): TokenCredential {
  return clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();
}
