import type { ImportJob } from "../../shared/pipeline/import-job.ts";
import type { ItemPointers, PoisonReason, WorkQueue } from "../../shared/pipeline/ports.ts";

/** A queue in memory that keeps what was put in, for a test to look at. */
export function memoryQueue(): WorkQueue & {
  jobs: ImportJob[];
  deferred: { job: ImportJob; delayMs: number }[];
  poisoned: { entry: ImportJob | ItemPointers | { bare: string }; reason: PoisonReason }[];
} {
  const jobs: ImportJob[] = [];
  const deferred: { job: ImportJob; delayMs: number }[] = [];
  const poisoned: ReturnType<typeof memoryQueue>["poisoned"] = [];
  return {
    jobs,
    deferred,
    poisoned,
    async add(job) {
      jobs.push(job);
    },
    async defer(job, delayMs) {
      deferred.push({ job: { ...job, deferrals: job.deferrals + 1 }, delayMs });
    },
    async poison(entry, reason) {
      poisoned.push({ entry, reason });
      return { messageId: `m${poisoned.length}`, popReceipt: "p" };
    },
    async depth() {
      return jobs.length + deferred.length;
    },
  };
}
