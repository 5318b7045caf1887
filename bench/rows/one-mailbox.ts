import { ownHostJson } from "../harness/archiver-host.ts";
import { figure } from "../harness/figure.ts";
import type { Bench, Case, Curve, Settings } from "../harness/report.ts";
import { mailboxBoundMs } from "../model/bound.ts";
import { runFleet } from "../model/fleet.ts";
import { queueSettings } from "../model/functions-host.ts";
import { jobSet } from "../model/job-set.ts";

const LATENCIES_MS = [50, 100, 200, 300, 400, 500, 600];
const ITEMS = 25_000;
/** TeleMessage's documented limit for what it delivers to one mailbox. */
const TELEMESSAGE_PER_HOUR = 3_600;

export const oneMailbox: Bench = {
  name: "one-mailbox",
  title: "One mailbox",
  async run(settings) {
    const cases: Case[] = [];
    for (const latencyMs of settings.quick ? [50, 200] : LATENCIES_MS) {
      cases.push(await importInto(latencyMs, settings));
    }
    return { cases, curves: [rates(cases)] };
  },
};

async function importInto(latencyMs: number, settings: Settings): Promise<Case> {
  const items = settings.quick ? 2_000 : ITEMS;
  const { finishedAt, graph, poisoned } = await runFleet({
    jobs: jobSet(items, () => "a0000000-0000-4000-8000-000000000001"),
    instances: 1,
    queues: queueSettings(ownHostJson()),
    latencyMs: () => latencyMs,
    seed: settings.seed,
  });
  const tookMs = finishedAt.reduce((latest, at) => Math.max(latest, at), 0);
  const boundMs = mailboxBoundMs(items, latencyMs);
  const perHour = (ms: number) => (items / ms) * 3_600_000;
  return {
    name: `latency ${latencyMs} ms`,
    unit: "items",
    rounds: 1,
    standings: [],
    ratios: [],
    figures: [
      figure("of the bound", boundMs / tookMs, "×", { atLeast: 0.95 }),
      figure("429 answers", graph.throttled, "", { atMost: 0 }),
      figure("set aside", poisoned, "", { atMost: 0 }),
      figure("archiver", perHour(tookMs), "items/h"),
      figure("bound", perHour(boundMs), "items/h"),
      figure("TeleMessage's delivery limit", TELEMESSAGE_PER_HOUR, "items/h"),
    ],
    same: `each of ${items} deliveries was written once; virtual clock, so every run gives the same`,
  };
}

function rates(cases: readonly Case[]): Curve {
  const line = (name: string, role: "ours" | "limit" | "peer") => ({
    name,
    role,
    points: cases.map(({ name: setting, figures }): [number, number] => [
      Number.parseInt(setting.replace("latency ", ""), 10),
      figures.find((it) => it.name === name)?.value ?? 0,
    ]),
  });
  return {
    title: "One mailbox: items an hour by Graph's latency",
    x: { label: "latency of a request, ms", scale: "linear" },
    y: { label: "items an hour", scale: "linear" },
    lines: [
      line("archiver", "ours"),
      line("bound", "limit"),
      line("TeleMessage's delivery limit", "peer"),
    ],
  };
}
