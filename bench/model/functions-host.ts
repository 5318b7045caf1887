import type { VirtualClock } from "./clock.ts";
import type { Entry, ModelQueue } from "./job-queue.ts";

/** `extensions.queues` of host.json. */
export interface QueueSettings {
  readonly batchSize: number;
  readonly newBatchThreshold: number;
  readonly maxPollingIntervalMs: number;
}

const SHORTEST_POLL_MS = 100;

/** As a host.json has them. */
export function queueSettings(hostJson: {
  extensions: {
    queues: { batchSize: number; newBatchThreshold: number; maxPollingInterval: string };
  };
}): QueueSettings {
  const { batchSize, newBatchThreshold, maxPollingInterval } = hostJson.extensions.queues;
  const [hours = 0, minutes = 0, seconds = 0] = maxPollingInterval.split(":").map(Number);
  const maxPollingIntervalMs = ((hours * 60 + minutes) * 60 + seconds) * 1_000;
  return { batchSize, newBatchThreshold, maxPollingIntervalMs };
}

/**
 * One instance of the Functions host, as far as its queue trigger goes: it takes the
 * next batch when no more than `newBatchThreshold` entries are at work, and looks
 * into an empty queue ever more seldom. Rejects with the first error of `handle`.
 */
export function functionsHost(
  queue: ModelQueue,
  settings: QueueSettings,
  options: {
    clock: VirtualClock;
    isDone: () => boolean;
    handle: (entry: Entry) => Promise<void>;
  },
): { run(): Promise<void> } {
  const { clock, isDone, handle } = options;
  let atWork = 0;
  let freed = () => {};
  let failure: { readonly error: unknown } | undefined;

  async function take(entry: Entry): Promise<void> {
    atWork += 1;
    try {
      await handle(entry);
      await queue.remove();
    } catch (error) {
      failure ??= { error };
    } finally {
      atWork -= 1;
      freed();
    }
  }

  return {
    async run() {
      let pauseMs = SHORTEST_POLL_MS;
      while (!isDone()) {
        // It is the bench's own: it must not pass for an entry that waits.
        if (failure) throw failure.error;
        const entries = await queue.receive(settings.batchSize);
        for (const entry of entries) void take(entry);
        if (entries.length === 0) {
          await clock.sleep(pauseMs);
          pauseMs = Math.min(2 * pauseMs, settings.maxPollingIntervalMs);
          continue;
        }
        pauseMs = SHORTEST_POLL_MS;
        while (atWork > settings.newBatchThreshold) {
          await new Promise<void>((resolve) => {
            freed = resolve;
          });
        }
      }
    },
  };
}
