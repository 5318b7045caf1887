import type { GraphClient } from "../../shared/adapters/graph/client.ts";
import { graphMailboxes } from "../../shared/adapters/graph/mailboxes.ts";
import { graphTraffic } from "../../shared/adapters/graph/traffic.ts";
import type { LaneLimits } from "../../shared/domain/lane.ts";
import { tableGates } from "../../shared/pipeline/gates.ts";
import { type ImportPorts, importItem } from "../../shared/pipeline/import-item.ts";
import { tableLedger } from "../../shared/pipeline/ledger.ts";
import { settle } from "../../shared/pipeline/settle.ts";
import type { Table } from "../../shared/pipeline/table.ts";
import { noTelemetry } from "../../shared/pipeline/telemetry.ts";
import { seeded } from "../harness/random.ts";
import { quietLog } from "../ports/quiet-log.ts";
import { type VirtualClock, virtualClock } from "./clock.ts";
import { functionsHost, type QueueSettings } from "./functions-host.ts";
import { modelGraph } from "./graph.ts";
import { modelQueue } from "./job-queue.ts";
import { type JobSet, smallItem } from "./job-set.ts";
import { modelStorage } from "./storage.ts";

export interface FleetOptions {
  readonly jobs: JobSet;
  readonly instances: number;
  readonly queues: QueueSettings;
  /** How long Graph takes for an answer, in ms. */
  readonly latencyMs: (random: () => number) => number;
  /** When Graph is away, in ms since the start. */
  readonly outage?: { readonly fromMs: number; readonly untilMs: number };
  readonly lanes?: LaneLimits;
  /** What stands between the importers and Graph: faults that the run must notice. */
  readonly between?: (graph: GraphClient) => GraphClient;
  readonly seed: number;
}

export interface FleetResult {
  /** When each delivery was finished, in ms since the start. */
  readonly finishedAt: Float64Array;
  readonly graph: { requests: number; throttled: number; away: number; messages: number };
  readonly storage: { transactions: number; byLine: Map<string, number> };
  readonly deferred: number;
  readonly poisoned: number;
}

/** When the entries are there: TeleMessage's threaded delivery is at 05:00 GMT, and we collect at 05:30. */
const START = new Date("2026-01-05T05:30:00Z");

/**
 * Runs the real importer (`importItem`, `settle`, the ledger, lanes, gates and breaker) on so
 * many instances of the Functions host until every delivery is finished. Only the
 * services are models. Throws when one is written twice, or not at all, or set aside.
 */
export async function runFleet(options: FleetOptions): Promise<FleetResult> {
  const { jobs, outage, latencyMs, seed, between = (client) => client } = options;
  const clock = virtualClock(START);
  const random = seeded(seed);
  const storage = modelStorage(clock);
  const queue = modelQueue(jobs, { clock, storage });
  const graph = modelGraph(
    {
      wait: () => clock.sleep(latencyMs(random)),
      nowMs: clock.elapsed,
      isAway: (nowMs) => outage !== undefined && nowMs >= outage.fromMs && nowMs < outage.untilMs,
      limited: true,
    },
    { keepsSubjects: true },
  );
  const deliveries = storage.table("Deliveries");
  const ledger = tableLedger({ items: receivedItems(storage.transact), deliveries });
  await primed(clock, ledger.begin(START));
  const finishedAt = new Float64Array(jobs.count).fill(Number.NaN);
  let unfinished = jobs.count;
  const client = between(graph.client);
  const failures: unknown[] = [];

  function instance() {
    const gates = tableGates(deliveries, { now: clock.now, random, sleep: clock.sleep });
    const { now, sleep } = clock;
    const traffic = graphTraffic({
      client,
      gates,
      log: quietLog,
      now,
      sleep,
      random,
      ...(options.lanes && { limits: options.lanes }),
    });
    const ports: ImportPorts = {
      async prepare(job) {
        await storage.transact();
        return smallItem(job, jobs.numberOf(job));
      },
      mailboxes: graphMailboxes(traffic, { cloud: "global" }),
      ledger,
      gates,
      telemetry: noTelemetry,
      now,
    };
    return functionsHost(queue, options.queues, {
      clock,
      // Whoever has failed leaves entries that nobody finishes: the others would look for ever.
      isDone: () => unfinished === 0 || failures.length > 0,
      async handle({ job, tries }) {
        try {
          await importItem(job, ports);
        } catch (error) {
          const settling = { queue, ledger, log: quietLog, telemetry: noTelemetry };
          await settle(error, { job, tries, at: now() }, settling);
          const [setAside] = queue.poisoned;
          if (setAside) throw new Error(`A delivery was set aside: ${setAside.code}.`);
          return;
        }
        finishedAt[jobs.numberOf(job)] = clock.elapsed();
        unfinished -= 1;
        // Nobody asks for it again: five million rows would fill the memory.
        deliveries.forget(job.itemKey);
      },
    });
  }

  const running = Array.from({ length: options.instances }, () =>
    instance()
      .run()
      .catch((error: unknown) => void failures.push(error)),
  );
  await clock.run();
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
  proveOnce(graph.written, jobs.count);
  return {
    finishedAt,
    graph: graph.counts,
    storage: storage.counts,
    deferred: queue.counts.deferred,
    poisoned: queue.poisoned.length,
  };
}

/** Each item as `collect` left it, since the ledger began; made when it is asked for. */
function receivedItems(transact: () => Promise<void>): Table {
  const refuse = () => {
    throw new Error("The importer writes nothing into Items.");
  };
  return {
    async get(partition, row) {
      await transact();
      return { partition, row, etag: "v1", cells: { ledgerSince: START } };
    },
    insert: refuse,
    update: refuse,
    merge: refuse,
    mergeMany: refuse,
    list: refuse,
    scan: refuse,
    remove: refuse,
  };
}

async function primed(clock: VirtualClock, work: Promise<unknown>): Promise<void> {
  await clock.run();
  await work;
}

function proveOnce(written: ReadonlyMap<string, number>, count: number): void {
  const twice = [...written].filter(([, times]) => times !== 1);
  if (written.size !== count || twice.length > 0) {
    throw new Error(`Of ${count} deliveries ${written.size} were written, ${twice.length} twice.`);
  }
}
