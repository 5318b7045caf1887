import { after, before } from "node:test";
import { type Azurite, startAzurite } from "../../local/azurite.ts";
import { blobEmails, blobRawStore } from "../../shared/adapters/blobs.ts";
import { blobService } from "../../shared/adapters/storage-clients.ts";
import { blobsContract } from "../contracts/blobs.contract.ts";

let azurite: Azurite;

before(async () => {
  azurite = await startAzurite();
  const service = blobService({ connectionString: azurite.connectionString });
  for (const name of ["raw", "receipts", "emails"]) await service.createContainer(name);
});
after(() => azurite.stop());

blobsContract("Azure Blob storage", async () => {
  const service = blobService({ connectionString: azurite.connectionString });
  return { rawStore: blobRawStore(service), emails: blobEmails(service) };
});
