import type { BlobServiceClient } from "@azure/storage-blob";
import { failureWord } from "../domain/error-table.ts";
import type { GraphClient } from "./graph/client.ts";
import { GraphFailure } from "./graph/graph-failure.ts";
import { graphPath } from "./graph/odata.ts";
import { containers } from "./names.ts";

const EVIDENCE = [containers.raw, containers.receipts, containers.custody];

/** What `doctor` asks of storage. */
export function storageDiagnostics(service: BlobServiceClient, now: () => Date) {
  return {
    async evidence() {
      return Promise.all(
        EVIDENCE.map(async (container) => {
          const told = await service.getContainerClient(container).getProperties();
          const isHeld = Boolean(told.hasImmutabilityPolicy || told.hasLegalHold);
          return { container, isHeld };
        }),
      );
    },

    async clockAheadMs() {
      const { date } = await service.getContainerClient(containers.config).getProperties();
      return date ? now().getTime() - date.getTime() : 0;
    },
  };
}

/**
 * Whether the app may use a mailbox: `ok`, or Graph's word for why not. Asked
 * directly, past every gate and memory: `doctor` is asked just when these mislead.
 */
export function mailboxProbe(client: GraphClient): (mailbox: string) => Promise<string> {
  return async (mailbox) => {
    const path = graphPath`/users/${mailbox}/mailFolders/inbox`;
    try {
      await client.send({ method: "GET", path, query: { $select: "id" } });
      return "ok";
    } catch (error) {
      if (error instanceof GraphFailure) return failureWord(error.failure);
      throw error;
    }
  };
}
