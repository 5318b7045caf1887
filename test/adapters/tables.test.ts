import { after, before } from "node:test";
import { type Azurite, startAzurite } from "../../local/azurite.ts";
import { tableClient } from "../../shared/adapters/storage-clients.ts";
import { azureTable } from "../../shared/adapters/tables.ts";
import { tableContract } from "../contracts/table.contract.ts";

let azurite: Azurite;
let opened = 0;

before(async () => {
  azurite = await startAzurite();
});
after(() => azurite.stop());

tableContract("Azure Table storage", async () => {
  opened += 1;
  const client = tableClient({ connectionString: azurite.connectionString }, `Contract${opened}`);
  await client.createTable();
  return azureTable(client);
});
