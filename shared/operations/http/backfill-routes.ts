import { z } from "zod";
import { backfillId } from "../../domain/run-id.ts";
import { collectBackfill } from "../../pipeline/collect-backfill.ts";
import type { Backfill, Checkpoint } from "../../pipeline/ports.ts";
import { type Caller, maySeeReasons } from "../caller.ts";
import { OperationError } from "../operation-error.ts";
import type { OperationsPorts } from "../ports.ts";
import { enabledConnectorOf } from "./connector-of.ts";
import { Day, everyRole, json, jsonBody, type Route, Why } from "./route.ts";

const DAY_MS = 24 * 3_600_000;

const Span = z.strictObject({ from: Day, until: Day, why: Why });

/** What lies further back than the connector began, or is collected again. */
export const backfillRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "connectors/:connector/backfills",
    roles: ["Archive.Operator"],
    action: "backfills.start",
    trace: (call) => {
      const { why, ...span } = jsonBody(Span, call);
      return { why, detail: { connector: call.params["connector"], ...span } };
    },
    async answer(call, ports) {
      const { from, until, why } = jsonBody(Span, call);
      const connector = await enabledConnectorOf(call.params["connector"], ports);
      const startedAt = ports.now();
      const backfill: Backfill = {
        connector: connector.id,
        id: backfillId(startedAt, ports.newId()),
        span: spanOf(from, until, startedAt),
        by: call.caller.id,
        why,
        startedAt,
      };
      await ports.checkpoints.startBackfill(backfill);
      await collectBackfill(connector, backfill, ports.sourceOf(connector), ports, call);
      const place = `${call.base}/connectors/${connector.id}/backfills/${backfill.id}`;
      const { checkpoint } = await backfillOf(connector.id, backfill.id, ports);
      const told = progressOf(backfill, checkpoint, call.caller);
      const isDone = told.state === "done";
      return json(told, isDone ? 200 : 202, isDone ? {} : { location: place });
    },
  },
  {
    method: "GET",
    path: "connectors/:connector/backfills",
    roles: everyRole,
    action: "backfills.list",
    async answer({ params, caller }, { checkpoints }) {
      const found = [];
      for await (const { backfill, checkpoint } of checkpoints.backfills(
        params["connector"] ?? "",
      )) {
        found.push(progressOf(backfill, checkpoint, caller));
      }
      return json({ backfills: found });
    },
  },
  {
    method: "GET",
    path: "connectors/:connector/backfills/:backfill",
    roles: everyRole,
    action: "backfills.show",
    async answer({ params, caller }, ports) {
      const { connector = "", backfill: id = "" } = params;
      const { backfill, checkpoint } = await backfillOf(connector, id, ports);
      return json(progressOf(backfill, checkpoint, caller));
    },
  },
];

/** Whole UTC days, both inside, and no moment that has not been yet. */
function spanOf(from: string, until: string, now: Date): Backfill["span"] {
  const begin = new Date(`${from}T00:00:00Z`);
  const end = new Date(Date.parse(`${until}T00:00:00Z`) + DAY_MS);
  if (begin >= end) throw new OperationError("bad-request", "until: must not lie before from");
  if (begin >= now) throw new OperationError("bad-request", "from: must not lie in the future");
  return { from: begin, until: end < now ? end : now };
}

function progressOf(
  { id, connector, span, by, why, startedAt }: Backfill,
  checkpoint: Checkpoint,
  caller: Caller,
) {
  const { finishedAt, until = span.from, failure, missing } = checkpoint;
  const days = (to: Date) => Math.ceil((to.getTime() - span.from.getTime()) / DAY_MS);
  return {
    id,
    connector,
    from: span.from,
    until: span.until,
    by,
    ...(maySeeReasons(caller) && { why }),
    startedAt,
    state: finishedAt ? "done" : "running",
    progress: { done: days(until), of: days(span.until) },
    ...(finishedAt && { finishedAt }),
    ...(failure && { failure }),
    missing: missing?.length ?? 0,
  };
}

async function backfillOf(connector: string, id: string, { checkpoints }: OperationsPorts) {
  for await (const found of checkpoints.backfills(connector)) {
    if (found.backfill.id === id) return found;
  }
  throw new OperationError("not-found", "There is no such back-fill: `backfill list` names them.");
}
