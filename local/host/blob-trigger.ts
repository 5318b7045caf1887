import { bindingData } from "./binding-data.ts";
import { readTriggerBlob } from "./blob-content.ts";
import { blobPath } from "./blob-path.ts";
import type { BlobReceipts, SeenBlob } from "./blob-receipts.ts";
import type { Connection } from "./connections.ts";
import type { HostSettings } from "./host-json.ts";
import {
  type Backlog,
  faultCode,
  isNotFound,
  type Listener,
  type ListenerDeps,
} from "./listener.ts";
import { BLOB_POISON_QUEUE, blobPoisonMessage, putPoison } from "./poison-queue.ts";
import { polling } from "./polling.ts";
import { encodeQueueText } from "./queue-text.ts";

const CATEGORY = "Host.Triggers.Blobs";
const PAGE_SIZE = 5000;
/** Of the time between two listings, this much at most goes into listing. */
const LISTING_SHARE = 0.1;

/**
 * Lists a container again and again and calls the function for every blob that matches its path
 * and has no receipt; whatever the binding's `source`, for Event Grid does not reach this machine.
 *
 * A blob that fails is tried again at once, `poisonBlobThreshold` times in all, and then told of
 * in the poison queue of its own account. A blob deleted in the meantime is passed over.
 */
export function blobTrigger(
  deps: ListenerDeps & {
    functionName: string;
    path: string;
    connection: Connection;
    receipts: BlobReceipts;
    settings: HostSettings["blobs"];
    messageEncoding: "base64" | "none";
  },
): Listener {
  const { functionName, receipts, settings, activity, log } = deps;
  const { container: containerName, prefix, match } = blobPath(deps.path);
  const container = deps.connection.blobs.getContainerClient(containerName);
  const taken = new Set<string>();
  /** Until when a blob whose invocation was lost is left alone. */
  const heldUntil = new Map<string, number>();
  let loaded: Promise<void> | undefined;

  async function round(signal: AbortSignal): Promise<number> {
    await receiptsLoaded();
    const startedAt = performance.now();
    let waitedMs = 0;
    for await (const blob of undone()) {
      if (taken.has(key(blob)) || isHeld(blob)) {
        continue;
      }
      const waitingSince = performance.now();
      await activity.below(functionName, settings.maxDegreeOfParallelism);
      waitedMs += performance.now() - waitingSince;
      if (signal.aborted) {
        break;
      }
      taken.add(key(blob));
      void activity.during(functionName, () => take(blob));
    }
    const listingMs = performance.now() - startedAt - waitedMs;
    return Math.max(deps.pollMs, listingMs * (1 / LISTING_SHARE - 1));
  }

  function receiptsLoaded(): Promise<void> {
    loaded ??= receipts.load().catch((error) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  }

  async function* undone(): AsyncGenerator<SeenBlob> {
    try {
      for await (const page of container
        .listBlobsFlat({ prefix })
        .byPage({ maxPageSize: PAGE_SIZE })) {
        for (const { name, properties } of page.segment.blobItems) {
          const blob = {
            container: containerName,
            name,
            etag: properties.etag.replaceAll('"', ""),
          };
          if (match(name) !== undefined && !receipts.has(blob)) {
            yield blob;
          }
        }
      }
    } catch (error) {
      if (!isNotFound(error)) {
        throw error;
      }
    }
  }

  /** Never rejects: a blob that could not be read or recorded has no receipt and is listed again. */
  async function take(blob: SeenBlob): Promise<void> {
    try {
      for (let attempt = 1; attempt <= settings.poisonBlobThreshold; attempt += 1) {
        const outcome = await run(blob);
        if (outcome === "lost") {
          heldUntil.set(key(blob), deps.now().getTime() + deps.leaseMs);
          return;
        }
        if (outcome === "done") {
          return await receipts.add(blob);
        }
      }
      await putInPoison(blob);
      await receipts.add(blob);
    } catch (error) {
      say(`A blob of '${containerName}' could not be handled: ${faultCode(error)}`);
    } finally {
      taken.delete(key(blob));
    }
  }

  async function run(blob: SeenBlob): Promise<"done" | "failed" | "lost"> {
    const read = await readTriggerBlob(container.getBlobClient(blob.name));
    if (read === undefined) {
      return "done";
    }
    const outcome = await deps.invocations.run({
      functionName,
      reason: `New blob detected(LogsAndContainerScan) in '${containerName}'.`,
      trigger: { bytes: read.content },
      triggerMetadata: bindingData(
        functionName,
        { BlobTrigger: `${containerName}/${blob.name}`, ...read.metadata, ...match(blob.name) },
        deps.now(),
      ),
    });
    return outcome.kind === "succeeded" ? "done" : outcome.kind;
  }

  async function putInPoison(blob: SeenBlob): Promise<void> {
    say(
      `Message has reached MaxDequeueCount of ${settings.poisonBlobThreshold}. Moving message to queue '${BLOB_POISON_QUEUE}'.`,
    );
    const text = JSON.stringify(blobPoisonMessage(functionName, blob));
    await putPoison(
      deps.connection.queues.getQueueClient(BLOB_POISON_QUEUE),
      encodeQueueText(text, deps.messageEncoding),
    );
  }

  function isHeld(blob: SeenBlob): boolean {
    const until = heldUntil.get(key(blob));
    if (until !== undefined && until <= deps.now().getTime()) {
      heldUntil.delete(key(blob));
      return false;
    }
    return until !== undefined;
  }

  function say(message: string): void {
    log({ level: "warning", category: CATEGORY, function: functionName, message });
  }

  return {
    functionName,
    ...polling({ ...deps, category: CATEGORY, round }),
    async backlog(): Promise<Backlog> {
      await receiptsLoaded();
      let deferred = 0;
      for await (const blob of undone()) {
        if (!isHeld(blob)) {
          return { waiting: true, deferred };
        }
        deferred += 1;
      }
      return { waiting: false, deferred };
    },
  };
}

function key({ name, etag }: SeenBlob): string {
  return `${etag}/${name}`;
}
