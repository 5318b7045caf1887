import type { QueueClient, QueueServiceClient } from "@azure/storage-queue";
import type { SeenBlob } from "./blob-receipts.ts";

const SUFFIX = "-poison";
/** Longest name of a storage queue. */
const MAX_NAME_LENGTH = 63;
/** The host's copies expire, even when the entry itself would not have. */
const TIME_TO_LIVE_SECONDS = 7 * 24 * 60 * 60;

/** The poison queue of `queueName`; a poison queue has none itself, nor has a too long name. */
export function poisonQueue(
  queues: QueueServiceClient,
  queueName: string,
): QueueClient | undefined {
  const name = `${queueName}${SUFFIX}`;
  return queueName.endsWith(SUFFIX) || name.length > MAX_NAME_LENGTH
    ? undefined
    : queues.getQueueClient(name);
}

/** Where blobs that failed at every try are told of, in the queue service of their own account. */
export const BLOB_POISON_QUEUE = "webjobs-blobtrigger-poison";

/** What the host says of such a blob. */
export function blobPoisonMessage(functionName: string, blob: SeenBlob) {
  return {
    Type: "BlobTrigger",
    FunctionId: `Host.Functions.${functionName}`,
    BlobType: "BlockBlob",
    ContainerName: blob.container,
    BlobName: blob.name,
    ETag: `"${blob.etag}"`,
  };
}

/** Puts `raw`, encoded already, into a poison queue, which is created if it is not there. */
export async function putPoison(queue: QueueClient, raw: string): Promise<void> {
  await queue.createIfNotExists();
  await queue.sendMessage(raw, { messageTimeToLive: TIME_TO_LIVE_SECONDS });
}
