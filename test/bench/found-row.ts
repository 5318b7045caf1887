import type { Ratio, Settings } from "../../bench/harness/report.ts";
import type { KeptRow } from "../../bench/harness/results.ts";

const settings: Settings = { rounds: 15, quick: false, full: false, seed: 1 };

const machine: KeptRow["machine"] = {
  at: "2026-01-05T05:30:00.000Z",
  cpu: "made-up",
  cores: 2,
  memoryGb: 16,
  system: "linux",
  node: "24.0.0",
  v8: "13",
  packages: {},
  commit: "0123456789abcdef",
  changed: false,
  load: 0.25,
};

/** The archiver held against its limit. */
export function foundRatio(given: Partial<Ratio> = {}): Ratio {
  return {
    of: "archiver",
    against: "Bare Put",
    role: "limit",
    measure: "speed",
    wall: { median: 1, low: 0.9, high: 1.1 },
    cpu: { median: 0.95, low: 0.85, high: 1.05 },
    goal: { atLeast: 0.8 },
    verdict: "met",
    ...given,
  };
}

/** What a bench of one case has found. */
export function foundRow(
  name: string,
  title = "A bench",
  given: Partial<KeptRow["cases"][number]> = {},
): KeptRow {
  return {
    name,
    title,
    machine,
    settings,
    seconds: 12,
    curves: [],
    cases: [
      {
        name: "1 KB",
        unit: "items",
        rounds: 15,
        standings: [{ name: "archiver", role: "ours", wallMs: 20, cpuMs: 15, perSecond: 500 }],
        ratios: [foundRatio()],
        figures: [],
        same: "SHA-256 of all 10 items",
        ...given,
      },
    ],
  };
}
