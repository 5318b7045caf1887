import { SourceError } from "../domain/errors.ts";
import { runId } from "../domain/run-id.ts";
import { nextWindow, type Window } from "../domain/window.ts";
import { type CollectPorts, collectItem, collectWindow } from "./collect-window.ts";
import type { Connector } from "./connector.ts";
import type {
  Checkpoint,
  Checkpoints,
  CollectLease,
  Log,
  MissingItem,
  RunKind,
  Source,
  WindowCount,
} from "./ports.ts";

/** More than so many items that a source lists and cannot give: the source is ill, not the items. */
const MOST_MISSING = 100;

const NOTHING: WindowCount = { fromSource: 0, known: 0, bytes: 0 };

/** How long a listed item is asked for before a person has to look. */
const MISSING_LIMIT_MS = 7 * 24 * 3_600_000;

export type CollectResult =
  | { readonly kind: "collected"; readonly windows: number }
  /** The time budget is used up; the next tick goes on from the stored cursor. */
  | { readonly kind: "unfinished" }
  /** Another collector is at it. */
  | { readonly kind: "held" }
  /** The source told us to wait, or refused us; the next tick asks again. */
  | { readonly kind: "failed"; readonly code: string; readonly detail: string };

/** What a collection goes through, window by window: what is due by day, or a back-fill's span. */
export interface Course {
  /** Names its checkpoint; without it, the daily collection's. */
  readonly of?: string;
  readonly kind: RunKind;
  /** The next window and its run; nothing at the end. */
  next(checkpoint: Checkpoint): { window: Window; runId: string } | undefined;
  /** Whether it ends for good once nothing is next, and nothing is missing. */
  readonly ends?: boolean;
}

export type CollectConnectorPorts = CollectPorts & { checkpoints: Checkpoints; log: Log };

/**
 * Brings one connector up to date: every window that is due, oldest first.
 * `isDue` makes it due whatever the time of day: an operator asked for it.
 */
export async function collectConnector(
  connector: Pick<Connector, "id" | "collectAfter">,
  source: Source,
  ports: CollectConnectorPorts,
  options: { tick: Date; mayGoOn: () => boolean; isDue?: boolean },
): Promise<CollectResult> {
  const { id, collectAfter } = connector;
  const { tick, isDue = false } = options;
  const daily: Course = {
    kind: "daily",
    next({ until }) {
      const window = nextWindow({ checkpoint: until, tick, collectAfter, isDue });
      return window && { window, runId: runId(id, window.until) };
    },
  };
  return followCourse(connector, daily, source, ports, options);
}

/**
 * Collects the windows of a course until there is none, or time is up.
 *
 * Never throws for what a source does: that is this connector's failure, noted in
 * its checkpoint, and no other's.
 */
export async function followCourse(
  connector: Pick<Connector, "id">,
  course: Course,
  source: Source,
  ports: CollectConnectorPorts,
  options: { mayGoOn: () => boolean },
): Promise<CollectResult> {
  const { checkpoints, log, now, telemetry } = ports;
  const lease = await checkpoints.lease(connector.id, course.of);
  if (!lease) return { kind: "held" };

  let checkpoint = lease.checkpoint;
  const save = async (next: Checkpoint): Promise<void> => {
    checkpoint = next;
    await lease.save(next);
  };
  try {
    if (checkpoint.notBefore && checkpoint.notBefore > now()) {
      return { kind: "failed", code: "throttled", detail: "waiting" };
    }
    const missing = await collectMissing(connector.id, checkpoint.missing ?? [], lease);
    if (missing.length !== (checkpoint.missing?.length ?? 0))
      await save({ ...checkpoint, missing });
    return await collectWindows(lease);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const { code, detail, retryAfterMs } = error;
    const same = checkpoint.failure?.code === code;
    const since = (same && checkpoint.failure?.since) || now();
    const { notBefore: _, ...rest } = checkpoint;
    await save({
      ...rest,
      failure: { code, detail, since },
      ...(retryAfterMs !== undefined && { notBefore: new Date(now().getTime() + retryAfterMs) }),
    });
    log.error("source failed", { connector: connector.id, code, detail });
    return { kind: "failed", code, detail };
  } finally {
    await lease.release();
  }

  async function collectWindows(lease: CollectLease): Promise<CollectResult> {
    const { mayGoOn } = options;
    for (let windows = 0; ; windows += 1) {
      const unfinished = checkpoint.unfinished ?? (await begin());
      if (!unfinished) {
        if (course.ends && !checkpoint.missing?.length) {
          await save({ ...checkpoint, finishedAt: now() });
        }
        return { kind: "collected", windows };
      }
      const { window, runId, cursor } = unfinished;
      const end = await collectWindow(
        { connector: connector.id, runId, window, cursor },
        source,
        ports,
        { mayGoOn, keepLease: lease.keep, pageStored },
      );
      if (end === "stopped") return { kind: "unfinished" };

      await ports.runs.change({ connector: connector.id, runId }, { state: "collected" });
      // With the last page's items, which `unfinished` as it was above does not have.
      const count = checkpoint.unfinished?.count;
      const { unfinished: _, failure: __, notBefore: ___, ...rest } = checkpoint;
      await save({ ...rest, until: window.until });
      log.info("window collected", { connector: connector.id, runId });
      telemetry.event("WindowCollected", {
        connector: connector.id,
        runId,
        windowFrom: window.from.toISOString(),
        windowUntil: window.until.toISOString(),
        ...(count ?? NOTHING),
      });
    }

    async function begin(): Promise<Checkpoint["unfinished"]> {
      const unfinished = course.next(checkpoint);
      if (!unfinished) return undefined;
      const run = { connector: connector.id, ...unfinished, kind: course.kind };
      await ports.runs.open({ ...run, openedAt: now() });
      await save({ ...checkpoint, unfinished });
      return unfinished;
    }
  }

  async function pageStored(page: {
    next: string | undefined;
    missing: readonly MissingItem[];
    lastItemAt: Date | undefined;
    count: WindowCount;
  }): Promise<void> {
    const { unfinished } = checkpoint;
    if (!unfinished) throw new Error("A page was stored for a window that was not begun.");
    const missing = [...(checkpoint.missing ?? []), ...page.missing];
    if (missing.length > MOST_MISSING) {
      throw new SourceError("unavailable", "too-many-items-unavailable");
    }
    for (const { detail, runId } of page.missing) {
      log.warn("source item missing", { connector: connector.id, runId, detail });
    }
    const { cursor: _, ...begun } = unfinished;
    const lastItemAt = later(checkpoint.lastItemAt, page.lastItemAt);
    await save({
      ...checkpoint,
      missing,
      unfinished: {
        ...begun,
        ...(page.next !== undefined && { cursor: page.next }),
        count: sumOf(begun.count ?? NOTHING, page.count),
      },
      ...(lastItemAt && { lastItemAt }),
    });
  }

  /** Asks again for what the source could not give; returns what is still missing. */
  async function collectMissing(
    id: string,
    before: readonly MissingItem[],
    lease: CollectLease,
  ): Promise<MissingItem[]> {
    const still: MissingItem[] = [];
    for (const one of before) {
      if (!options.mayGoOn()) {
        still.push(one);
        continue;
      }
      const { missing } = await collectItem(id, one.item, one.runId, source, ports, lease.keep);
      if (!missing) continue;
      still.push({ ...one, detail: missing.detail });
      if (now().getTime() - one.since.getTime() > MISSING_LIMIT_MS) {
        log.error("source item lost", { connector: id, runId: one.runId, detail: missing.detail });
      }
    }
    return still;
  }
}

function sumOf(a: WindowCount, b: WindowCount): WindowCount {
  return {
    fromSource: a.fromSource + b.fromSource,
    known: a.known + b.known,
    bytes: a.bytes + b.bytes,
  };
}

function later(a: Date | undefined, b: Date | undefined): Date | undefined {
  if (!a || !b) return a ?? b;
  return a > b ? a : b;
}
