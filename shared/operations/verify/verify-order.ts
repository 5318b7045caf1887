import { z } from "zod";
import { csvOf } from "../../domain/csv.ts";
import { everyConnector } from "../../pipeline/every-connector.ts";
import type { Run } from "../../pipeline/ports.ts";
import type { OrderStep, OrderWork } from "../orders/carry-orders.ts";
import type { Order } from "../orders/order.ts";
import type { OperationsPorts } from "../ports.ts";
import { orderFiles } from "../scan/order-files.ts";
import { type Unit, unitsOf } from "../scan/units.ts";
import type { Problem } from "./problems.ts";
import { verifyOperations } from "./verify-operations.ts";
import { verifyReceipts } from "./verify-receipts.ts";
import { type SealedRun, verifyRun } from "./verify-run.ts";

export const VerifyParameters = z.object({
  connector: z.string().optional(),
  /** UTC days, both inside; absent: everything that was ever sealed. */
  from: z.iso.date().optional(),
  until: z.iso.date().optional(),
});
export type VerifyParameters = Readonly<z.infer<typeof VerifyParameters>>;

interface Cursor {
  /** How many pieces are done: runs first, then units of receipts. */
  readonly piece: number;
  /** The line of the run's file to go on with. */
  readonly line: number;
  readonly items: number;
  readonly problems: number;
  /** The last link of each connector's chain when the order began: what is sealed since is for the next one. */
  readonly upTo: Readonly<Record<string, number>>;
}

/**
 * Holds everything that is kept against everything that was sealed: the chain of
 * custody files, the bytes of raw items, receipts and emails, the ledger, and the
 * chain of operator actions. Changes nothing.
 */
export function verifyWork(ports: OperationsPorts): OrderWork {
  return { carryOn };

  async function carryOn(order: Order, step: OrderStep): ReturnType<OrderWork["carryOn"]> {
    const parameters = VerifyParameters.parse(order.parameters);
    const files = orderFiles(order.id, ports.files, { restricted: false });
    const chains = await sealedChains(parameters, ports);
    let cursor = (order.cursor ?? begun(chains)) as Cursor;
    const { runs, previousOf } = wantedRuns(chains, cursor.upTo, parameters);
    const units = unitsOf(...unitRange(parameters, runs, order.startedAt));
    const of = runs.length + units.length;

    while (cursor.piece < of) {
      if (!step.mayGoOn()) return { done: false };
      await step.keep();
      const run = runs[cursor.piece];
      const unit = units[cursor.piece - runs.length];
      const { found, items, line } = run
        ? await verifyOneRun(run, cursor.line)
        : await verifyOneUnit(unit);
      // A piece that was stopped half-way adds its rows under its own line.
      await files.putRows(cursor.piece * 1_000_000 + cursor.line, found);
      cursor = {
        ...cursor,
        piece: line === undefined ? cursor.piece + 1 : cursor.piece,
        line: line ?? 0,
        items: cursor.items + items,
        problems: cursor.problems + found.length,
      };
      await step.save({ progress: { done: cursor.piece, of }, cursor });
    }
    const rest = [
      ...(await strangers(parameters, ports)),
      ...(await verifyOperations(ports.operationLog)),
    ];
    const problems = [...(await files.rows<Problem>()), ...rest];
    const report = await files.putReport(problems, csvOf([HEADERS, ...problems.map(cellsOf)]));
    if (problems.length > 0) {
      ports.log.error("verification failed", { order: order.id, problems: problems.length });
    }
    return {
      done: true,
      result: {
        clean: problems.length === 0,
        runs: runs.length,
        items: cursor.items,
        problems: problems.length,
        first: problems.slice(0, 20),
        report,
      },
    };

    async function verifyOneRun(run: SealedRun, from: number) {
      const previous = previousOf.get(run.runId);
      const done = await verifyRun(run, { previous, from }, ports, step);
      return { found: done.problems, items: done.items, line: done.stoppedAt };
    }

    async function verifyOneUnit(unit: Unit | undefined) {
      const found = unit ? await verifyReceipts(unit, ports) : [];
      return { found, items: 0, line: undefined };
    }
  }
}

/** Every sealed run of the asked connectors, each connector's in the order of its chain. */
async function sealedChains(
  { connector }: VerifyParameters,
  ports: OperationsPorts,
): Promise<SealedRun[][]> {
  const chains: SealedRun[][] = [];
  for (const id of connector === undefined ? await everyConnector(ports) : [connector]) {
    const chain: SealedRun[] = [];
    for await (const run of ports.runs.list(id)) if (isSealed(run)) chain.push(run);
    chains.push(chain.sort((a, b) => a.sealed.sequence - b.sealed.sequence));
  }
  return chains;
}

function begun(chains: readonly SealedRun[][]): Cursor {
  const ends = chains.flatMap((chain) => chain.at(-1) ?? []);
  const upTo = Object.fromEntries(ends.map((it) => [it.connector, it.sealed.sequence]));
  return { piece: 0, line: 0, items: 0, problems: 0, upTo };
}

/** The runs of the asked days, and of each the one before it in its chain. */
function wantedRuns(
  chains: readonly SealedRun[][],
  upTo: Cursor["upTo"],
  { from, until }: VerifyParameters,
): { runs: SealedRun[]; previousOf: Map<string, SealedRun> } {
  const runs: SealedRun[] = [];
  const previousOf = new Map<string, SealedRun>();
  for (const chain of chains) {
    for (const [index, run] of chain.entries()) {
      if (run.sealed.sequence > (upTo[run.connector] ?? 0)) continue;
      const previous = chain[index - 1];
      if (previous) previousOf.set(run.runId, previous);
      const day = run.window.until.toISOString().slice(0, 10);
      if ((from === undefined || day >= from) && (until === undefined || day <= until)) {
        runs.push(run);
      }
    }
  }
  return { runs, previousOf };
}

function isSealed(run: Run): run is SealedRun {
  return run.sealed !== undefined;
}

function unitRange(
  { from, until }: VerifyParameters,
  runs: readonly SealedRun[],
  startedAt: Date,
): [string[], { from: string; until: string }] {
  const connectors = [...new Set(runs.map(({ connector }) => connector))];
  const first = Math.min(startedAt.getTime(), ...runs.map(({ window }) => window.from.getTime()));
  return [
    connectors,
    {
      from: from ?? new Date(first).toISOString().slice(0, 10),
      until: until ?? startedAt.toISOString().slice(0, 10),
    },
  ];
}

/** Custody files that no run of the ledger names, and that are not just being sealed. */
async function strangers(
  { connector }: VerifyParameters,
  ports: OperationsPorts,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const id of connector === undefined ? await everyConnector(ports) : [connector]) {
    const known = new Set<string>();
    for await (const run of ports.runs.list(id)) {
      if (run.sealed) known.add(run.sealed.blob);
      else known.add(`${run.runId}.jsonl`);
    }
    for await (const { blob } of ports.files.list("custody", `${id}/`)) {
      const name = blob.slice(blob.lastIndexOf("/") + 1);
      if (known.has(blob) || known.has(name)) continue;
      problems.push({ connector: id, blob: `custody/${blob}`, problem: "custody-not-in-ledger" });
    }
  }
  return problems;
}

const HEADERS = ["Connector", "Run", "Item key", "Blob", "Problem"];

function cellsOf({ connector, runId, itemKey, blob, problem }: Problem) {
  return [connector, runId, itemKey, blob, problem];
}
