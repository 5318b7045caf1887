import { after, before } from "node:test";
import { type Azurite, startAzurite } from "../../local/azurite.ts";
import { blobService } from "../../shared/adapters/storage-clients.ts";
import { blobFiles } from "../../shared/adapters/stored-files.ts";
import { storedFilesContract } from "../contracts/stored-files.contract.ts";

let azurite: Azurite;

before(async () => {
  azurite = await startAzurite();
  const service = blobService({ connectionString: azurite.connectionString });
  await service.createContainer("reports");
});
after(() => azurite.stop());

storedFilesContract("Azure Blob storage", async () =>
  blobFiles(blobService({ connectionString: azurite.connectionString })),
);
