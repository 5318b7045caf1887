import type { DeferCode } from "../domain/errors.ts";
import type {
  Checkpoint,
  Checkpoints,
  Configuration,
  Gates,
  PoisonQueues,
  WorkQueue,
} from "./ports.ts";
import { silenceOf } from "./silence.ts";
import type { Telemetry } from "./telemetry.ts";

const HOUR = 3_600_000;

export interface MeasurePorts {
  readonly configuration: Configuration;
  readonly checkpoints: Checkpoints;
  readonly queue: WorkQueue;
  readonly poison: PoisonQueues;
  readonly gates: Gates;
  readonly telemetry: Telemetry;
  readonly now: () => Date;
}

/** How a source says that it does not take our name and password. */
const SIGN_IN_REFUSED = new Set(["unauthorized", "forbidden", "storage-forbidden"]);

/** What closes the app's own gate, in the words of the alerts. */
const BREAKER_REASONS: Readonly<Record<string, readonly DeferCode[]>> = {
  consent: ["graph-forbidden"],
  outage: ["graph-unavailable"],
};

/**
 * How many entries lie in each queue.
 *
 * To be asked before bare entries are given a code: what the host set aside would
 * else be gone before anybody was told of it.
 */
export async function measureQueues({ queue, poison, telemetry }: MeasurePorts): Promise<void> {
  const [jobs, setAside, blobs] = await Promise.all([
    queue.depth(),
    poison.depth("jobs"),
    poison.depth("blobs"),
  ]);
  telemetry.measure("queue_entries", jobs, { queue: "import-jobs" });
  telemetry.measure("queue_entries", setAside, { queue: "import-jobs-poison" });
  telemetry.measure("queue_entries", blobs, { queue: "webjobs-blobtrigger-poison" });
}

/**
 * What is so of each connector now, and of the app's gate to Graph.
 *
 * Of every connector that is switched on, also of one that never gave anything:
 * what sends nothing has no row in any sum of events, and is just what must be seen.
 * `pendingSince`: since when the oldest item without an outcome is known, by connector.
 */
export async function measureConnectors(
  pendingSince: ReadonlyMap<string, Date>,
  ports: MeasurePorts,
): Promise<void> {
  const { configuration, checkpoints, gates, telemetry, now } = ports;
  const at = now();
  const hoursSince = (since: Date | undefined) =>
    since ? Math.max(0, (at.getTime() - since.getTime()) / HOUR) : 0;

  for (const file of await configuration.connectors()) {
    const connector = file.id;
    telemetry.measure("connector_refused", "faults" in file ? 1 : 0, { connector });
    if ("faults" in file || !file.connector.enabled) continue;

    const checkpoint: Checkpoint = (await checkpoints.get(connector)) ?? {};
    const { failure } = checkpoint;
    const silence = silenceOf(file.connector, checkpoint, at);
    telemetry.measure("connector_silent_hours", silence.hours, { connector });
    const pending = hoursSince(pendingSince.get(connector));
    telemetry.measure("oldest_pending_hours", pending, { connector });
    const isRefused = failure !== undefined && SIGN_IN_REFUSED.has(failure.detail);
    telemetry.measure("source_sign_in_failed", isRefused ? 1 : 0, { connector });
  }

  const closed = await gates.closed("app");
  for (const [reason, codes] of Object.entries(BREAKER_REASONS)) {
    // Its time may be over: until somebody was served, nobody knows that Graph serves again.
    const isOpen = closed !== undefined && codes.includes(closed.code);
    telemetry.measure("breaker_open", isOpen ? 1 : 0, { reason });
  }
}
