import { z } from "zod";
import { collectConnector } from "../../pipeline/collect-connector.ts";
import { everyConnector } from "../../pipeline/every-connector.ts";
import type { Run } from "../../pipeline/ports.ts";
import { counters, reportName } from "../../pipeline/run-report.ts";
import { OperationError } from "../operation-error.ts";
import { giveOrder } from "../orders/give-order.ts";
import type { OperationsPorts } from "../ports.ts";
import { enabledConnectorOf } from "./connector-of.ts";
import { orderAnswer, reportAnswer } from "./order-routes.ts";
import { Day, everyRole, json, jsonBody, queryOf, type Route, Why } from "./route.ts";

const MOST_LISTED = 500;

const Asked = z.object({
  connector: z.string().optional(),
  from: Day.optional(),
  until: Day.optional(),
  state: z.enum(["collecting", "collected", "closed"]).optional(),
});
const RunNow = z.strictObject({ why: Why });
const Unmapped = z.strictObject({
  connector: z.string().optional(),
  from: Day.optional(),
  until: Day.optional(),
  why: Why,
});

/** Runs and their reports; collecting now. */
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
