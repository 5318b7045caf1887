import { z } from "zod";
import { backfillId } from "../../domain/run-id.ts";
import { collectBackfill } from "../../pipeline/collect-backfill.ts";
import { collectConnector } from "../../pipeline/collect-connector.ts";
import { everyConnector } from "../../pipeline/every-connector.ts";
import type { Backfill, Checkpoint, Run } from "../../pipeline/ports.ts";
import { counters, reportName } from "../../pipeline/run-report.ts";
import { type Caller, maySeeReasons } from "../caller.ts";
import { OperationError } from "../operation-error.ts";
import { giveOrder } from "../orders/give-order.ts";
import type { OperationsPorts } from "../ports.ts";
import { enabledConnectorOf } from "./connector-of.ts";
import { orderAnswer, reportAnswer } from "./order-routes.ts";
import { Day, everyRole, json, jsonBody, queryOf, type Route, Why } from "./route.ts";

const DAY_MS = 24 * 3_600_000;
const MOST_LISTED = 500;

const Asked = z.object({
  connector: z.string().optional(),
  from: Day.optional(),
  until: Day.optional(),
  state: z.enum(["collecting", "collected", "closed"]).optional(),
});
const RunNow = z.strictObject({ why: Why });
const Span = z.strictObject({ from: Day, until: Day, why: Why });
const Unmapped = z.strictObject({
  connector: z.string().optional(),
  from: Day.optional(),
  until: Day.optional(),
  why: Why,
});

/** Runs and their reports; collecting now, or what lies further back. */
export const runRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "runs",
    roles: everyRole,
    action: "runs.list",
    async answer(call, ports) {
      const { connector, from, until, state } = queryOf(Asked, call);
      const found: Run[] = [];
      for (const id of connector === undefined ? await everyConnector(ports) : [connector]) {
        for await (const run of ports.runs.list(id, state ? { state } : {})) {
          const day = run.window.until.toISOString().slice(0, 10);
          if ((from && day < from) || (until && day > until)) continue;
          found.push(run);
        }
      }
      const newest = found.sort((a, b) => b.openedAt.getTime() - a.openedAt.getTime());
      return json({
        runs: newest.slice(0, MOST_LISTED).map(shown),
        ...(newest.length > MOST_LISTED && { left: newest.length - MOST_LISTED }),
      });
    },
  },
  {
    method: "GET",
    path: "runs/:connector/:run",
    roles: everyRole,
    action: "runs.show",
    async answer({ params, query }, ports) {
      const run = await runOf(params, ports);
      if (query.get("format") !== "csv") return json(shown(run));
      return reportAnswer(`runs/${reportName(run)}`, "csv", ports);
    },
  },
  {
    method: "GET",
    path: "runs/:connector/:run/failed",
    roles: ["Archive.Auditor"],
    action: "runs.failed",
    trace: ({ params }) => ({ detail: { run: params["run"] } }),
    async answer({ params, query }, ports) {
      const run = await runOf(params, ports);
      const name = `restricted/runs/${reportName(run)}.failed`;
      return reportAnswer(name, query.get("format"), ports);
    },
  },
  {
    method: "POST",
    path: "connectors/:connector/run",
    roles: ["Archive.Operator"],
    action: "connectors.run",
    trace: (call) => ({
      why: jsonBody(RunNow, call).why,
      detail: { connector: call.params["connector"] },
    }),
    async answer({ params, mayGoOn }, ports) {
      const connector = await enabledConnectorOf(params["connector"], ports);
      const tick = ports.now();
      const source = ports.sourceOf(connector);
      const options = { tick, mayGoOn, isDue: true };
      const result = await collectConnector(connector, source, ports, options);
      // What is left is carried on by the collect timer: its window is begun.
      return json({ connector: connector.id, ...result }, result.kind === "unfinished" ? 202 : 200);
    },
  },
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
  {
    method: "POST",
    path: "reports/unmapped",
    roles: ["Archive.Auditor", "Archive.Administrator"],
    action: "reports.unmapped",
    trace: (call) => {
      const { why, ...detail } = jsonBody(Unmapped, call);
      return { why, detail };
    },
    async answer(call, ports) {
      const { why, ...selection } = jsonBody(Unmapped, call);
      const order = { kind: "unmapped-report" as const, by: call.caller.id, why };
      const parameters = { selection };
      return orderAnswer(await giveOrder({ ...order, parameters }, ports, call), call);
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

async function runOf(
  { connector = "", run = "" }: Readonly<Record<string, string>>,
  { runs }: OperationsPorts,
): Promise<Run> {
  const found = await runs.get(connector, run);
  if (found) return found;
  throw new OperationError("not-found", "There is no such run: `reports` names them.");
}

function shown(run: Run) {
  const { state, sealed } = run;
  return { ...counters(run), state, ...(sealed && { sealed }) };
}
