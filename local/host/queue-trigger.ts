import type { DequeuedMessageItem } from "@azure/storage-queue";
import type { Outcome } from "./app-worker.ts";
import { bindingData, withEntryProperties } from "./binding-data.ts";
import type { Connection } from "./connections.ts";
import type { HostSettings } from "./host-json.ts";
import { keepLease } from "./lease.ts";
import { faultCode, isNotFound, type Listener, type ListenerDeps } from "./listener.ts";
import { poisonQueue, putPoison } from "./poison-queue.ts";
import { polling } from "./polling.ts";
import { decodeQueueText } from "./queue-text.ts";

const CATEGORY = "Host.Triggers.Queues";

/**
 * Takes entries from a storage queue as the Functions host does.
 *
 * Up to `batchSize + newBatchThreshold` at once, each leased for `leaseMs` and renewed while its
 * function runs. Success deletes the entry; a failure puts it back for `visibilityTimeout`, or at
 * the last try moves a copy of the body to the poison queue. A queue that is not there is looked
 * for again at every poll.
 */
export function queueTrigger(
  deps: ListenerDeps & {
    functionName: string;
    queueName: string;
    connection: Connection;
    settings: HostSettings["queues"];
  },
): Listener {
  const { functionName, queueName, settings, activity, log } = deps;
  const queue = deps.connection.queues.getQueueClient(queueName);
  const poison = poisonQueue(deps.connection.queues, queueName);
  // The service counts in whole seconds.
  const leaseSeconds = Math.max(1, Math.ceil(deps.leaseMs / 1000));

  async function round(signal: AbortSignal): Promise<number> {
    await activity.below(functionName, settings.newBatchThreshold + 1);
    const entries = signal.aborted ? [] : await receive();
    for (const entry of entries) {
      void activity.during(functionName, () => take(entry));
    }
    return entries.length === 0 ? deps.pollMs : 0;
  }

  async function receive(): Promise<DequeuedMessageItem[]> {
    try {
      const { receivedMessageItems } = await queue.receiveMessages({
        numberOfMessages: settings.batchSize,
        visibilityTimeout: leaseSeconds,
      });
      return receivedMessageItems;
    } catch (error) {
      if (isNotFound(error)) {
        return [];
      }
      throw error;
    }
  }

  /** Never rejects: an entry that could not be settled comes back when its lease ends. */
  async function take(entry: DequeuedMessageItem): Promise<void> {
    const lease = keepLease(queue, entry, leaseSeconds);
    try {
      const decoded = decodeQueueText(entry.messageText, settings.messageEncoding);
      if (decoded.kind === "not-base64" || entry.dequeueCount > settings.maxDequeueCount) {
        return await setAside(entry, await lease.end());
      }
      const outcome: Outcome =
        decoded.kind === "text"
          ? await run(entry, decoded.text)
          : unreadable("The entry's base64 does not hold UTF-8.");
      await settle(entry, await lease.end(), outcome);
    } catch (error) {
      await lease.end();
      say("warning", `Entry ${entry.messageId} could not be settled: ${faultCode(error)}`);
    }
  }

  function unreadable(message: string): Outcome {
    say("error", message);
    return { kind: "failed", error: { name: "Error", message } };
  }

  async function run(entry: DequeuedMessageItem, text: string): Promise<Outcome> {
    const metadata = bindingData(
      functionName,
      {
        QueueTrigger: text,
        DequeueCount: entry.dequeueCount,
        ExpirationTime: entry.expiresOn,
        Id: entry.messageId,
        InsertionTime: entry.insertedOn,
        NextVisibleTime: entry.nextVisibleOn,
        PopReceipt: entry.popReceipt,
      },
      deps.now(),
    );
    return deps.invocations.run({
      functionName,
      reason: `New queue message detected on '${queueName}'.`,
      trigger: { string: text },
      triggerMetadata: withEntryProperties(metadata, text),
    });
  }

  async function settle(
    entry: DequeuedMessageItem,
    popReceipt: string,
    outcome: Outcome,
  ): Promise<void> {
    if (outcome.kind === "succeeded") {
      await queue.deleteMessage(entry.messageId, popReceipt);
    } else if (outcome.kind === "failed") {
      if (entry.dequeueCount >= settings.maxDequeueCount) {
        await setAside(entry, popReceipt);
      } else {
        const seconds = Math.round(settings.visibilityTimeoutMs / 1000);
        await queue.updateMessage(entry.messageId, popReceipt, undefined, seconds);
      }
    }
  }

  async function setAside(entry: DequeuedMessageItem, popReceipt: string): Promise<void> {
    if (poison === undefined) {
      // As on Azure the entry then stays leased, and is tried again when the lease ends.
      return;
    }
    say(
      "warning",
      `Message has reached MaxDequeueCount of ${settings.maxDequeueCount}. Moving message to queue '${poison.name}'.`,
    );
    await putPoison(poison, entry.messageText);
    await queue.deleteMessage(entry.messageId, popReceipt);
  }

  function say(level: "warning" | "error", message: string): void {
    log({ level, category: CATEGORY, function: functionName, message });
  }

  return {
    functionName,
    ...polling({ ...deps, category: CATEGORY, round }),
    async backlog() {
      try {
        const { peekedMessageItems } = await queue.peekMessages();
        const { approximateMessagesCount = 0 } = await queue.getProperties();
        const waiting = peekedMessageItems.length > 0;
        return { waiting, deferred: waiting ? 0 : approximateMessagesCount };
      } catch (error) {
        if (isNotFound(error)) {
          return { waiting: false, deferred: 0 };
        }
        throw error;
      }
    },
  };
}
