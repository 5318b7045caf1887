import type { ImportJob } from "../../shared/pipeline/import-job.ts";
import type {
  EntryPointer,
  ItemPointers,
  PoisonEntry,
  PoisonQueues,
  PoisonReason,
  WorkQueue,
} from "../../shared/pipeline/ports.ts";

interface Poisoned {
  entry: ImportJob | ItemPointers | { bare: string };
  reason: PoisonReason;
}

/** A queue in memory that keeps what was put in, for a test to look at. */
export function memoryQueue(): WorkQueue & {
  jobs: ImportJob[];
  deferred: { job: ImportJob; delayMs: number }[];
  poisoned: Poisoned[];
  /** The poison queue as operators' tools see it; its pop receipts go stale as Azure's do. */
  poisonQueues: PoisonQueues;
} {
  const jobs: ImportJob[] = [];
  const deferred: { job: ImportJob; delayMs: number }[] = [];
  const poisoned: Poisoned[] = [];
  const pointers = new Map<Poisoned, EntryPointer & { hidden: boolean }>();
  let messages = 0;
  let receipts = 0;
  const nextReceipt = () => {
    receipts += 1;
    return `p${receipts}`;
  };
  const found = (messageId: string) =>
    poisoned.find((it) => pointers.get(it)?.messageId === messageId);

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
      const poison = { entry, reason };
      poisoned.push(poison);
      messages += 1;
      const pointer = { messageId: `m${messages}`, popReceipt: "p" };
      pointers.set(poison, { ...pointer, hidden: false });
      return pointer;
    },
    async depth() {
      return jobs.length + deferred.length;
    },
    poisonQueues: {
      async receive(queue) {
        if (queue === "blobs") return [];
        const visible = poisoned.filter((it) => !pointers.get(it)?.hidden).slice(0, 32);
        return visible.map((it): PoisonEntry => {
          const { messageId = "" } = pointers.get(it) ?? {};
          const popReceipt = nextReceipt();
          pointers.set(it, { messageId, popReceipt, hidden: true });
          const entry = { ...it.entry, reason: it.reason };
          return { queue, messageId, popReceipt, text: JSON.stringify(entry), entry };
        });
      },
      async putBack({ messageId }) {
        const poison = found(messageId);
        const popReceipt = nextReceipt();
        if (!poison) return undefined;
        pointers.set(poison, { messageId, popReceipt, hidden: false });
        // Whoever is received goes to the back.
        poisoned.push(...poisoned.splice(poisoned.indexOf(poison), 1));
        return { messageId, popReceipt };
      },
      async remove(_queue, { messageId, popReceipt }) {
        const poison = found(messageId);
        if (!poison || pointers.get(poison)?.popReceipt !== popReceipt) return false;
        poisoned.splice(poisoned.indexOf(poison), 1);
        return true;
      },
      async depth(queue) {
        return queue === "blobs" ? 0 : poisoned.length;
      },
    },
  };
}
