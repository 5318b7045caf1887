import type { ImportJob } from "../../shared/pipeline/import-job.ts";
import type { PoisonReason, WorkQueue } from "../../shared/pipeline/ports.ts";
import type { VirtualClock } from "./clock.ts";
import type { JobSet } from "./job-set.ts";
import { type ModelStorage, STORAGE_TARGETS } from "./storage.ts";

export interface Entry {
  readonly job: ImportJob;
  readonly tries: number;
}

/** The queue `import-jobs` with as many entries as there are jobs, in their order. */
export interface ModelQueue extends WorkQueue {
  /** At most so many that are visible, oldest first. */
  receive(most: number): Promise<readonly Entry[]>;
  /** The work on an entry is done: it is gone. */
  remove(): Promise<void>;
  readonly poisoned: readonly PoisonReason[];
  readonly counts: { deferred: number };
}

const LINE = { name: "import-jobs", perSecond: STORAGE_TARGETS.queuePerSecond };

export function modelQueue(
  jobs: JobSet,
  { clock, storage }: { clock: VirtualClock; storage: ModelStorage },
): ModelQueue {
  const poisoned: PoisonReason[] = [];
  const counts = { deferred: 0 };
  /** The first jobs are not made until somebody takes them: five million would fill the memory. */
  let untouched = 0;
  let back: ImportJob[] = [];
  let firstBack = 0;

  function takeBack(): ImportJob | undefined {
    const job = back[firstBack];
    if (job) firstBack += 1;
    if (firstBack > 10_000) {
      back = back.slice(firstBack);
      firstBack = 0;
    }
    return job;
  }

  return {
    poisoned,
    counts,
    async receive(most) {
      await storage.transact(LINE);
      const entries: Entry[] = [];
      while (entries.length < most) {
        // What was put back is younger than what nobody has taken yet.
        const job = untouched < jobs.count ? jobs.job(untouched++) : takeBack();
        if (!job) break;
        entries.push({ job, tries: 1 });
      }
      return entries;
    },
    remove: () => storage.transact(LINE),
    async add(job) {
      await storage.transact(LINE);
      back.push(job);
    },
    async defer(job, delayMs) {
      await storage.transact(LINE);
      counts.deferred += 1;
      const wholeSeconds = Math.ceil(delayMs / 1_000) * 1_000;
      void clock
        .sleep(wholeSeconds)
        .then(() => void back.push({ ...job, deferrals: job.deferrals + 1 }));
    },
    async poison(_entry, reason) {
      await storage.transact(LINE);
      poisoned.push(reason);
      return { messageId: `m${poisoned.length}`, popReceipt: "p" };
    },
    async depth() {
      return jobs.count - untouched + back.length - firstBack;
    },
  };
}
