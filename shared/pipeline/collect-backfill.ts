import { backfillRunId } from "../domain/run-id.ts";
import type { Window } from "../domain/window.ts";
import {
  type CollectConnectorPorts,
  type CollectResult,
  followCourse,
} from "./collect-connector.ts";
import type { Connector } from "./connector.ts";
import type { Backfill, Checkpoint, Source } from "./ports.ts";

const DAY_MS = 24 * 3_600_000;

/**
 * Collects what a back-fill asked for, a day at a time, each day a run of its own.
 *
 * It has a checkpoint of its own and never moves the daily one: were it to, a span
 * asked for in the future of the daily collection would be skipped by it.
 */
export async function collectBackfill(
  connector: Pick<Connector, "id">,
  { id, span }: Backfill,
  source: Source,
  ports: CollectConnectorPorts,
  options: { mayGoOn: () => boolean },
): Promise<CollectResult> {
  const course = {
    of: id,
    kind: "backfill" as const,
    ends: true,
    next({ until }: Checkpoint) {
      const window = nextDay(span, until);
      return window && { window, runId: backfillRunId(connector.id, id, window.until) };
    },
  };
  return followCourse(connector, course, source, ports, options);
}

/** The next day of the span that is not collected yet; none at its end. */
function nextDay(span: Window, collectedUntil: Date | undefined): Window | undefined {
  const from = collectedUntil ?? span.from;
  if (from >= span.until) return undefined;
  const until = new Date(Math.min(from.getTime() + DAY_MS, span.until.getTime()));
  return { from, until };
}
