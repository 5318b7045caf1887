import { figure } from "../harness/figure.ts";
import type { Case, Curve, Settings } from "../harness/report.ts";
import { EXCHANGE_LIMITS } from "../model/exchange-limits.ts";
import { runFleet } from "../model/fleet.ts";
import { jobSet } from "../model/job-set.ts";

const AT_ONCE = [1, 2, 3, 4, 5, 6, 8];
const LATENCIES_MS = [100, 300];
const MAILBOX = "a0000000-0000-4000-8000-000000000001";

/** How many requests one process has under way in one mailbox. */
export async function sweepLaneRequests(
  settings: Settings,
): Promise<{ cases: Case[]; curve: Curve }> {
  const items = settings.quick ? 500 : 5_000;
  const cases: Case[] = [];
  const lines: Curve["lines"][number][] = [];
  for (const latencyMs of LATENCIES_MS) {
    const points: [number, number][] = [];
    for (const requests of AT_ONCE) {
      const { finishedAt, graph, deferred } = await runFleet({
        jobs: jobSet(items, () => MAILBOX),
        ...{ instances: 1, seed: settings.seed, latencyMs: () => latencyMs },
        // More than any lane lets in: the lane decides.
        queues: { batchSize: 8, newBatchThreshold: 8, maxPollingIntervalMs: 30_000 },
        lanes: {
          requests,
          requestsPer10Minutes: EXCHANGE_LIMITS.requestsPer10Minutes,
          bytesPer5Minutes: EXCHANGE_LIMITS.bytesPer5Minutes,
        },
      });
      const perHour = (items / Math.max(...finishedAt)) * 3_600_000;
      points.push([requests, perHour]);
      cases.push({
        name: `lane: ${requests} requests at once, latency ${latencyMs} ms`,
        ...{ unit: "items", rounds: 1, standings: [], ratios: [] },
        figures: [
          figure("archiver", perHour, "items/h"),
          figure("429 answers an item", graph.throttled / items, ""),
          figure("put off, times an item", deferred / items, ""),
        ],
        same: `each of ${items} deliveries was written once; virtual clock, so every run gives the same`,
      });
    }
    lines.push({ name: `${latencyMs} ms`, role: lines.length === 0 ? "ours" : "info", points });
  }
  const curve: Curve = {
    title: "One mailbox: items an hour by requests at once (Graph refuses the fifth)",
    x: { label: "requests at once", scale: "linear" },
    y: { label: "items an hour", scale: "linear" },
    lines,
  };
  return { cases, curve };
}
