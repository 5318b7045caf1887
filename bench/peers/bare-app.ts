import { TableClient } from "@azure/data-tables";
import { app } from "@azure/functions";
import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import { eachLimited } from "../../shared/pipeline/each-limited.ts";
import { archivedMail } from "../material/mail.ts";

/**
 * The pipeline's limit: the archiver's own triggers, and handlers that do nothing but
 * the storage calls which the archiver makes for an item with one mailbox. No gateway,
 * no parsing, no mapping, no Graph.
 */
const connectionString = setting("ArchiveStorage");
const itemBytes = Number(setting("BARE_ITEM_BYTES"));
const items = Array.from({ length: Number(setting("BARE_ITEMS")) }, (_, n) => ({
  name: `item-${n}`,
  bytes: archivedMail(`item-${n}`, itemBytes),
}));

const blobs = BlobServiceClient.fromConnectionString(connectionString);
const [raw, receipts] = [blobs.getContainerClient("raw"), blobs.getContainerClient("receipts")];
const jobs =
  QueueServiceClient.fromConnectionString(connectionString).getQueueClient("import-jobs");
const [itemRows, runItems, deliveries] = ["Items", "RunItems", "Deliveries"].map((name) =>
  TableClient.fromConnectionString(connectionString, name, { allowInsecureConnection: true }),
) as [TableClient, TableClient, TableClient];

/** As the collector has it. */
const AT_ONCE = 8;
let rounds = 0;

app.timer("collect", {
  schedule: "0 0 5 * * *",
  handler: async () => {
    const round = rounds;
    rounds += 1;
    await eachLimited(items, AT_ONCE, async ({ name, bytes }) => {
      const key = `${round}-${name}`;
      await absent(itemRows.getEntity(key, "item"));
      await raw.getBlockBlobClient(`bare/${key}.eml`).upload(bytes, bytes.length);
      const receipt = JSON.stringify({ key, filler: "0".repeat(400) });
      await receipts.getBlockBlobClient(`bare/${key}.json`).upload(receipt, receipt.length);
      await itemRows.upsertEntity(row(key, "item"), "Merge");
    });
    for (let from = 0; from < items.length; from += 100) {
      const page = items.slice(from, from + 100);
      await runItems.submitTransaction(
        page.map(({ name }) => ["upsert", row(`${round}`, name), "Merge"]),
      );
    }
  },
});

app.storageBlob("convert", {
  connection: "ArchiveStorage",
  path: "receipts/{name}",
  source: "LogsAndContainerScan",
  handler: async (blob) => {
    const { key } = JSON.parse(String(blob)) as { key: string };
    await itemRows.getEntity(key, "item");
    await raw.getBlobClient(`bare/${key}.eml`).downloadToBuffer();
    const job = JSON.stringify({ key, filler: "0".repeat(300) });
    await jobs.sendMessage(Buffer.from(job).toString("base64"), { messageTimeToLive: -1 });
    await itemRows.upsertEntity(row(key, "item"), "Merge");
  },
});

app.storageQueue("import", {
  connection: "ArchiveStorage",
  queueName: "import-jobs",
  handler: async (entry) => {
    const { key } = entry as { key: string };
    const [{ etag }] = await Promise.all([
      deliveries.createEntity(row(key, "mailbox")),
      absent(deliveries.getEntity("ledger", "began")),
      itemRows.getEntity(key, "item"),
    ]);
    await raw.getBlobClient(`bare/${key}.eml`).downloadToBuffer();
    const options = etag === undefined ? {} : { etag };
    await deliveries.updateEntity(row(key, "mailbox"), "Merge", options);
  },
});

/** A row about as wide as the archiver's. */
function row(partitionKey: string, rowKey: string) {
  const cells = Object.fromEntries(
    Array.from({ length: 10 }, (_, n) => [`cell${n}`, "0".repeat(24)]),
  );
  return { partitionKey, rowKey, ...cells };
}

async function absent(answer: Promise<unknown>): Promise<void> {
  await answer.catch((error: { statusCode?: number }) => {
    if (error.statusCode !== 404) throw error;
  });
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`The setting ${name} is missing.`);
  return value;
}
