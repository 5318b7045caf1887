import { figure } from "../harness/figure.ts";
import type { Case, Settings } from "../harness/report.ts";
import { quantile } from "../harness/statistics.ts";
import { runFleet } from "../model/fleet.ts";
import { skewedTraffic } from "../model/traffic.ts";

const CANDIDATES = [
  { batchSize: 4, newBatchThreshold: 0 },
  { batchSize: 8, newBatchThreshold: 0 },
  { batchSize: 4, newBatchThreshold: 4 },
  { batchSize: 2, newBatchThreshold: 6 },
  { batchSize: 8, newBatchThreshold: 4 },
  { batchSize: 8, newBatchThreshold: 8 },
  { batchSize: 16, newBatchThreshold: 0 },
] as const;

/** `queues` of host.json: how many entries an instance takes at a time, and when it takes the next ones. */
export async function sweepHostSettings(settings: Settings): Promise<Case[]> {
  const items = settings.quick ? 2_000 : 20_000;
  const { jobs, isBig } = skewedTraffic({
    items,
    big: items / 10,
    mailboxes: items / 2,
    seed: settings.seed,
  });
  const cases: Case[] = [];
  for (const queues of CANDIDATES) {
    const { finishedAt, graph, storage } = await runFleet({
      ...{ jobs, instances: 10, seed: settings.seed },
      queues: { ...queues, maxPollingIntervalMs: 30_000 },
      latencyMs: (random) => 100 + 200 * random(),
    });
    const smalls = [...finishedAt].filter((_, n) => !isBig(n));
    const tookMs = finishedAt.reduce((latest, at) => Math.max(latest, at), 0);
    const { batchSize, newBatchThreshold } = queues;
    cases.push({
      name: `host.json: batchSize ${batchSize}, newBatchThreshold ${newBatchThreshold}; ${items} items on 10 instances`,
      ...{ unit: "items", rounds: 1, standings: [], ratios: [] },
      figures: [
        figure("imports at once, at most", batchSize + newBatchThreshold, ""),
        figure("small mailboxes done (99 %)", quantile(smalls, 0.99) / 1_000, "s"),
        figure("all done", tookMs / 1_000, "s"),
        figure("429 answers an item", graph.throttled / items, ""),
        figure("storage transactions an item", storage.transactions / items, ""),
      ],
      same: `each of ${items} deliveries was written once; virtual clock, so every run gives the same`,
    });
  }
  return cases;
}
