import { type QueueClient, RestError } from "@azure/storage-queue";
import type { PoisonQueues } from "../pipeline/ports.ts";
import { decodeEntry } from "./queue.ts";

/** Azure hands out no more at once. */
const MOST = 32;
const HIDDEN_S = 60;

/** Both poison queues, for `reconcile` and the operators' tools. A queue that the host never needed is empty. */
export function storagePoisonQueues(clients: {
  jobs: QueueClient;
  blobs: QueueClient;
}): PoisonQueues {
  return {
    async receive(queue) {
      const options = { numberOfMessages: MOST, visibilityTimeout: HIDDEN_S };
      const answer = await absent404(() => clients[queue].receiveMessages(options));
      return (answer?.receivedMessageItems ?? []).map(({ messageId, popReceipt, messageText }) => {
        const entry = decodeEntry(messageText);
        return { queue, messageId, popReceipt, text: messageText, ...(entry && { entry }) };
      });
    },

    async putBack({ queue, messageId, popReceipt }) {
      const answer = await absent404(() =>
        clients[queue].updateMessage(messageId, popReceipt, undefined, 0),
      );
      return answer?.popReceipt ? { messageId, popReceipt: answer.popReceipt } : undefined;
    },

    async remove(queue, { messageId, popReceipt }) {
      try {
        await clients[queue].deleteMessage(messageId, popReceipt);
        return true;
      } catch (error) {
        if (error instanceof RestError && [400, 404].includes(error.statusCode ?? 0)) return false;
        throw error;
      }
    },

    async depth(queue) {
      const answer = await absent404(() => clients[queue].getProperties());
      return answer?.approximateMessagesCount ?? 0;
    },
  };
}

async function absent404<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RestError && error.statusCode === 404) return undefined;
    throw error;
  }
}
