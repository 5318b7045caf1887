import type { MailItem } from "../../shared/domain/mail-item.ts";
import { importItem } from "../../shared/pipeline/import-item.ts";
import type { ImportJob } from "../../shared/pipeline/import-job.ts";
import { mendPoison } from "../../shared/pipeline/mend-poison.ts";
import type { Ledger, Mailboxes, PoisonEntry } from "../../shared/pipeline/ports.ts";
import { LAST_TRY, settle } from "../../shared/pipeline/settle.ts";
import { MINUTE, mailItem, world } from "./world.ts";

/** A POST that got no answer is given up after so long (the Graph adapter's own limit). */
const LONGEST_POST_MS = 75_000;
const HOST_LEASE_MS = 10 * MINUTE;

interface Entry {
  readonly id: number;
  readonly job: ImportJob;
  visibleAt: number;
  tries: number;
}

class CrashError extends Error {}

/** What a fake of the mailboxes may ask of the hosts around it. */
export interface Surroundings {
  /** True with this probability, as long as faults are on. */
  readonly chance: (p: number) => boolean;
  readonly pause: () => Promise<void>;
  readonly now: () => Date;
  readonly pass: (ms: number) => void;
}

/**
 * Hosts that die, slow hosts and redelivered entries, as the random numbers say;
 * around the real import, its doors and its ledger.
 */
export function faultyHosts(
  random: () => number,
  mailboxesIn: (around: Surroundings) => Mailboxes,
  parts: { ledger?: Ledger; prepare?: (job: ImportJob) => Promise<MailItem> } = {},
) {
  const { prepare = async (job: ImportJob) => mailItem(job), ...replaced } = parts;
  const ports = { ...world(), ...replaced };
  const entries: Entry[] = [];
  const bare: Entry[] = [];
  let posting = 0;
  let sequence = 0;
  let faults = true;
  const chance = (p: number) => faults && random() < p;

  const put = (job: ImportJob, delayMs: number): void => {
    sequence += 1;
    entries.push({ id: sequence, job, visibleAt: ports.now().getTime() + delayMs, tries: 0 });
  };
  const queue = {
    ...ports.queue,
    add: async (job: ImportJob) => put(job, 0),
    defer: async (job: ImportJob, delayMs: number) =>
      put({ ...job, deferrals: job.deferrals + 1 }, delayMs),
  };

  /** Lets others run, and time pass; while a POST is under way no more than it may take. */
  async function pause(): Promise<void> {
    for (let n = Math.floor(random() * 4); n > 0; n -= 1) await Promise.resolve();
    if (!chance(0.2)) return;
    ports.pass(random() * (posting > 0 ? LONGEST_POST_MS / 4 : 6 * MINUTE));
  }

  const inner = mailboxesIn({ chance, pause, now: ports.now, pass: ports.pass });
  const mailboxes: Mailboxes = {
    find: inner.find,
    async add(delivery, item, progress) {
      posting += 1;
      try {
        return await inner.add(delivery, item, progress);
      } finally {
        posting -= 1;
      }
    },
  };

  /** One host at one entry: it may die before or after anything it asks of the world. */
  function dyingPorts() {
    let isDead = false;
    const mortal = <T extends object>(port: T): T =>
      new Proxy(port, {
        get(target, name) {
          const value = Reflect.get(target, name);
          if (typeof value !== "function") return value;
          return async (...args: unknown[]) => {
            if (isDead || chance(0.03)) {
              isDead = true;
              throw new CrashError();
            }
            const answer = await value.apply(target, args);
            await pause();
            if (isDead || chance(0.03)) {
              isDead = true;
              throw new CrashError();
            }
            return answer;
          };
        },
      });
    return {
      ...ports,
      queue: mortal(queue),
      ledger: mortal(ports.ledger),
      mailboxes: mortal(mailboxes),
      prepare,
      isDead: () => isDead,
    };
  }

  async function handle(entry: Entry): Promise<void> {
    const host = dyingPorts();
    const { job, tries } = entry;
    const leasedUntil = entry.visibleAt;
    try {
      try {
        await importItem(job, host);
      } catch (error) {
        if (error instanceof CrashError) throw error;
        await settle(error, { job, tries, at: ports.now() }, host);
      }
      if (!host.isDead() && !chance(0.05)) remove(entry);
    } catch {
      // A dead host leaves the entry leased; a live one gives it back, and counts the try.
      if (!host.isDead() && entry.visibleAt === leasedUntil) {
        entry.visibleAt = ports.now().getTime() + MINUTE;
      }
      if (entry.tries >= LAST_TRY && remove(entry)) bare.push(entry);
    }
  }

  /** Another host, to which the entry was handed out as well, may have been quicker. */
  function remove(entry: Entry): boolean {
    const at = entries.indexOf(entry);
    if (at >= 0) entries.splice(at, 1);
    return at >= 0;
  }

  function take(): Entry | undefined {
    const visible = entries.filter(({ visibleAt }) => visibleAt <= ports.now().getTime());
    const entry = visible[Math.floor(random() * visible.length)];
    if (!entry) return undefined;
    entry.tries += 1;
    // Now and then the lease is lost at once, and the entry is handed out again.
    entry.visibleAt = ports.now().getTime() + (chance(0.1) ? 0 : HOST_LEASE_MS);
    return entry;
  }

  /** The next entry to become visible; the clock goes there. */
  function waitForNext(): void {
    const next = Math.min(...entries.map(({ visibleAt }) => visibleAt));
    if (next > ports.now().getTime()) ports.pass(next - ports.now().getTime());
  }

  const poison = {
    async receive(queue: PoisonEntry["queue"]): Promise<PoisonEntry[]> {
      const mine = queue === "jobs" ? bare : [];
      return mine.map(({ id, job }) => {
        return { queue, messageId: String(id), popReceipt: "p", text: "", entry: job };
      });
    },
    putBack: async () => undefined,
    async remove(_queue: string, { messageId }: { messageId: string }) {
      bare.splice(
        bare.findIndex(({ id }) => String(id) === messageId),
        1,
      );
      return true;
    },
    depth: async () => bare.length,
  };

  const mending = { ...ports, poison, mailboxes, prepare };

  return {
    ...ports,
    put: (job: ImportJob) => put(job, 0),
    /** Runs hosts, three at most at once, until no entry is left. After `rounds` faults end. */
    async run(rounds: number, end: () => Promise<void> = async () => {}): Promise<void> {
      for (let round = 0; entries.length > 0 || bare.length > 0; round += 1) {
        faults = round < rounds;
        if (round === rounds) await end();
        if (entries.length > 0) waitForNext();
        else ports.pass(15 * MINUTE);
        const taken = [take(), take(), take()].filter((entry) => entry !== undefined);
        await Promise.all(taken.map(handle));
        if (bare.length > 0) await mendPoison({ ...mending, queue }, () => true);
        if (round > rounds + 10_000) throw new Error("The queue never runs empty.");
      }
    },
  };
}
