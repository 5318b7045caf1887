import { ownHostJson } from "../harness/archiver-host.ts";
import { figure } from "../harness/figure.ts";
import type { Bench, Case, Settings } from "../harness/report.ts";
import { quantile } from "../harness/statistics.ts";
import { mailboxBoundMs } from "../model/bound.ts";
import { type FleetResult, runFleet } from "../model/fleet.ts";
import { type QueueSettings, queueSettings } from "../model/functions-host.ts";
import { STORAGE_LATENCY_MS, STORAGE_TARGETS } from "../model/storage.ts";
import { skewedTraffic, type Traffic } from "../model/traffic.ts";

const INSTANCES = 40;
const MAILBOXES = 100_000;
const BIG_SHARE = 0.1;
const BIG_ITEMS = 20_000;
/** A request takes from 100 to 300 ms, evenly spread. */
const LATENCY_MS = 200;
const latencyMs = (random: () => number) => LATENCY_MS / 2 + LATENCY_MS * random();
const OUTAGE = { fromMs: 120_000, untilMs: 720_000 };

export const fleet: Bench = {
  name: "fleet",
  title: "Fleet",
  async run(settings) {
    const items = settings.quick ? 4_000 : settings.full ? 5_000_000 : 200_000;
    const big = Math.min(BIG_ITEMS, items * BIG_SHARE);
    const { seed } = settings;
    const mailboxes = MAILBOXES;
    const skewed = skewedTraffic({ items, big, mailboxes, seed });
    const smallOnly = skewedTraffic({ items: items - big, big: 0, mailboxes, seed });
    return {
      cases: [
        await day("a day", skewed, settings, await passed(smallOnly, settings)),
        await day("a day with an outage of ten minutes", skewed, settings, undefined, OUTAGE),
      ],
    };
  },
};

function passed(
  { jobs }: Traffic,
  { seed }: Settings,
  outage?: typeof OUTAGE,
): Promise<FleetResult> {
  const queues = queueSettings(ownHostJson());
  return runFleet({
    jobs,
    queues,
    latencyMs,
    seed,
    instances: INSTANCES,
    ...(outage && { outage }),
  });
}

async function day(
  name: string,
  skewed: Traffic,
  settings: Settings,
  withoutBig: FleetResult | undefined,
  outage?: typeof OUTAGE,
): Promise<Case> {
  const result = await passed(skewed, settings, outage);
  const { finishedAt, graph, storage, deferred, poisoned } = result;
  const smalls = finishedAt.filter((_, n) => !skewed.isBig(n));
  const tookMs = finishedAt.reduce((latest, at) => Math.max(latest, at), 0);
  const boundMs = lowerBoundMs(skewed, queueSettings(ownHostJson()), outage);
  const p99 = (times: Float64Array) => quantile([...times], 0.99);
  const { count } = skewed.jobs;
  return {
    name: `${name}: ${count} items, ${skewed.big} of them in one mailbox`,
    unit: "items",
    rounds: 1,
    standings: [],
    ratios: [],
    figures: [
      figure("of the lower bound", tookMs / boundMs, "×", { atMost: 1.2 }),
      ...(withoutBig
        ? [
            figure(
              "small mailboxes' wait beside the big one, of their wait without it (99 %)",
              p99(smalls) / p99(withoutBig.finishedAt),
              "×",
              { atMost: 1.2 },
            ),
          ]
        : []),
      figure("set aside", poisoned, "", { atMost: 0 }),
      figure("took", tookMs / 1_000, "s"),
      figure("lower bound", boundMs / 1_000, "s"),
      figure("small mailboxes done (99 %)", p99(smalls) / 1_000, "s"),
      figure("429 answers an item", graph.throttled / count, ""),
      figure("Graph requests an item", graph.requests / count, ""),
      figure("storage transactions an item", storage.transactions / count, ""),
      figure("put off, times an item", deferred / count, ""),
    ],
    same: `each of ${count} deliveries was written once; virtual clock, so every run gives the same`,
  };
}

/**
 * What no importer can be faster than: all places at work without a pause at the
 * fewest steps, the busiest line of storage, and the big mailbox's own limits.
 */
function lowerBoundMs(
  { jobs, big }: Traffic,
  { batchSize, newBatchThreshold }: QueueSettings,
  outage?: typeof OUTAGE,
): number {
  const places = INSTANCES * (batchSize + newBatchThreshold);
  // Claim, read, write, finish, delete: each after the other.
  const stepsMs = LATENCY_MS + 4 * STORAGE_LATENCY_MS;
  const workMs = Math.max(
    (jobs.count * stepsMs) / places,
    (jobs.count / STORAGE_TARGETS.queuePerSecond) * 1_000,
  );
  const outageMs = outage && workMs > outage.fromMs ? outage.untilMs - outage.fromMs : 0;
  return Math.max(workMs + outageMs, mailboxBoundMs(big, LATENCY_MS, outage ? { outage } : {}));
}
