import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { bundle } from "../../../build.ts";
import type { Envelope } from "../../../shared/adapters/telemetry/scrub.ts";
import { startIngestion } from "./ingestion.ts";

/** The telemetry of the app, bundled as the app is, in a process that really sends. */
export interface Probe {
  /** What arrives of a process that tells what the scenario says. */
  sentBy(
    scenario: string,
    tracesPercent?: number,
    env?: Readonly<Record<string, string>>,
  ): Promise<Envelope[]>;
  remove(): Promise<void>;
}

export async function bundledProbe(): Promise<Probe> {
  const folder = await mkdtemp(join(tmpdir(), "probe-"));
  const file = join(folder, "probe.cjs");
  await bundle(join(import.meta.dirname, "probe.ts"), file);
  return {
    async sentBy(scenario, tracesPercent = 100, further = {}) {
      await using ingestion = await startIngestion();
      const { APPLICATIONINSIGHTS_CONNECTION_STRING: connection = "", ...env } = ingestion.env;
      const args = [file, scenario, connection, String(tracesPercent)];
      await promisify(execFile)(process.execPath, args, { env: { ...env, ...further } });
      return ingestion.envelopes;
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
