import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { TableClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import { startAzurite } from "../../../local/azurite.ts";
import { until } from "./fixture.ts";

test("what was written to a location is there again after a restart, on other ports", async (t) => {
  const location = mkdtempSync(join(tmpdir(), "azurite-"));
  t.after(() => rmSync(location, { recursive: true }));
  const first = await startAzurite({ location });
  const blobs = BlobServiceClient.fromConnectionString(first.connectionString);
  await blobs.createContainer("raw");
  await blobs.getContainerClient("raw").getBlockBlobClient("a").upload("hello", 5);
  await QueueServiceClient.fromConnectionString(first.connectionString).createQueue("jobs");
  await table(first.connectionString).createTable();
  await table(first.connectionString).createEntity({ partitionKey: "p", rowKey: "r", n: 1 });
  await first.stop();

  const second = await startAzurite({ location });
  t.after(() => second.stop());
  const again = BlobServiceClient.fromConnectionString(second.connectionString);
  const content = await again.getContainerClient("raw").getBlobClient("a").downloadToBuffer();
  const queues = QueueServiceClient.fromConnectionString(second.connectionString);

  assert.equal(content.toString(), "hello");
  assert.equal(await queues.getQueueClient("jobs").exists(), true);
  assert.equal((await table(second.connectionString).getEntity("p", "r"))["n"], 1);
});

test("storage in memory ends with its parent, even when that is killed", async () => {
  const source = `
    import { startAzurite } from ${JSON.stringify(import.meta.resolve("../../../local/azurite.ts"))};
    const { blobUrl } = await startAzurite();
    process.stdout.write(blobUrl);
  `;
  const parent = spawn(process.execPath, ["--input-type=module", "--eval", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [blobUrl] = await once(parent.stdout, "data");
  const answered = await isUp(String(blobUrl));

  parent.kill("SIGKILL");
  await until(async () => !(await isUp(String(blobUrl))));

  assert.equal(answered, true);
});

function table(connectionString: string): TableClient {
  return TableClient.fromConnectionString(connectionString, "Items", {
    allowInsecureConnection: true,
  });
}

async function isUp(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
