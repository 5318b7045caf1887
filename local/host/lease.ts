import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";

/** The hold on an entry while its function runs. */
export interface Lease {
  /** Stops renewing; gives the receipt that the next request about the entry needs. */
  end(): Promise<string>;
}

/**
 * Keeps an entry from being handed out again until `end`.
 *
 * Where renewing fails the entry comes back when the lease runs out, and whatever is then done
 * with the old receipt is refused by the service.
 */
export function keepLease(
  queue: QueueClient,
  entry: DequeuedMessageItem,
  leaseSeconds: number,
): Lease {
  let popReceipt = entry.popReceipt;
  let renewal: Promise<void> = Promise.resolve();

  const timer = setInterval(
    () => {
      renewal = renewal.then(renew);
    },
    (leaseSeconds * 1000) / 2,
  );

  async function renew(): Promise<void> {
    try {
      const renewed = await queue.updateMessage(
        entry.messageId,
        popReceipt,
        undefined,
        leaseSeconds,
      );
      popReceipt = renewed.popReceipt ?? popReceipt;
    } catch {
      // Storage may answer the next time; a receipt that is not the entry's any more never does.
    }
  }

  return {
    async end() {
      clearInterval(timer);
      await renewal;
      return popReceipt;
    },
  };
}
