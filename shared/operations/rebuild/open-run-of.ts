import type { Run, RunKind, Runs } from "../../pipeline/ports.ts";

const DAY_MS = 24 * 3_600_000;

/**
 * The run, while it is open; made anew from its id where it is lost, since no
 * custody file tells of a run that was never closed. Nothing when it is closed.
 */
export async function openRunOf(
  connector: string,
  runId: string,
  { runs, now }: { runs: Runs; now: () => Date },
): Promise<Run | undefined> {
  const known = await runs.get(connector, runId);
  if (known) return known.state === "closed" ? undefined : known;
  const kind = kindOf(connector, runId);
  const until = stampIn(runId) ?? now();
  // Where its window began is not known any more; no window is longer.
  const from = kind === "redrive" ? until : new Date(until.getTime() - DAY_MS);
  await runs.open({ connector, runId, kind, window: { from, until }, openedAt: until });
  await runs.change({ connector, runId }, { state: "collected" });
  return runs.get(connector, runId);
}

function kindOf(connector: string, runId: string): RunKind {
  const rest = runId.slice(connector.length + 1);
  if (rest.startsWith("redrive-")) return "redrive";
  return rest.startsWith("backfill-") ? "backfill" : "daily";
}

/** The last moment that an id tells: `20260105T053000000Z`. */
function stampIn(runId: string): Date | undefined {
  const last = [...runId.matchAll(/(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})Z/g)].at(-1);
  if (!last) return undefined;
  const [, year, month, day, hour, minute, second, ms] = last;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
}
