import type { PoisonCode } from "../domain/errors.ts";
import { everyConnector } from "../pipeline/every-connector.ts";
import type { Checkpoint, ClosedGate, ConnectorFile, Run } from "../pipeline/ports.ts";
import { silenceOf } from "../pipeline/silence.ts";
import type { OperationsPorts } from "./ports.ts";
import { countSetAside } from "./set-aside/list-set-aside.ts";

export interface Status {
  readonly at: Date;
  /** Whether everything that the sources gave is in its mailboxes. */
  readonly isEverythingThere: boolean;
  /** Why not; empty when it is. */
  readonly because: readonly string[];
  readonly connectors: readonly ConnectorStatus[];
  /** Set while the whole app waits for Graph. */
  readonly waitingForGraph?: ClosedGate;
  readonly queues: { readonly jobs: number; readonly poison: number; readonly blobPoison: number };
  /** Long work under way. */
  readonly orders: number;
}

export interface ConnectorStatus {
  readonly id: string;
  readonly state:
    | "up to date"
    | "collecting"
    | "behind"
    | "source failed"
    | "file refused"
    | "disabled"
    | "not collected yet"
    | "file gone";
  readonly type?: string;
  readonly faults?: readonly string[];
  readonly collectedUntil?: Date;
  readonly lastItemAt?: Date;
  readonly silentHours: number;
  readonly isSilent: boolean;
  readonly failure?: Checkpoint["failure"];
  /** Items that the source listed and has not given. */
  readonly missing: number;
  /** Deliveries and items without an outcome, as last counted. */
  readonly pending: number;
  readonly openRuns: number;
  readonly setAside: Partial<Record<PoisonCode, number>>;
}

const HOUR_MS = 3_600_000;
/** A day and its overlap: a connector that was not collected for longer is behind. */
const BEHIND_MS = 27 * HOUR_MS;

/** Answers "is everything there?" for the whole archive. Names no person. */
export async function statusOf(ports: OperationsPorts): Promise<Status> {
  const { configuration, gates, now, orders, poison, queue } = ports;
  const at = now();
  const files = new Map((await configuration.connectors()).map((file) => [file.id, file]));
  const setAside = await countSetAside(ports.ledger);
  const connectors: ConnectorStatus[] = [];
  for (const id of await everyConnector(ports)) {
    connectors.push(await connectorStatus(id, files.get(id), setAside[id] ?? {}, ports));
  }
  const gate = await gates.closed("app");
  const waitingForGraph = gate && gate.until > at ? gate : undefined;
  const queues = {
    jobs: await queue.depth(),
    poison: await poison.depth("jobs"),
    blobPoison: await poison.depth("blobs"),
  };
  let running = 0;
  for await (const _ of orders.list({ state: "running" })) running += 1;

  const because = [
    ...(waitingForGraph ? [`everything waits for Graph: ${waitingForGraph.code}`] : []),
    ...connectors.flatMap(whyNot),
  ];
  return {
    at,
    isEverythingThere: because.length === 0,
    because,
    connectors,
    ...(waitingForGraph && { waitingForGraph }),
    queues,
    orders: running,
  };
}

async function connectorStatus(
  id: string,
  file: ConnectorFile | undefined,
  setAside: ConnectorStatus["setAside"],
  { checkpoints, runs, now }: OperationsPorts,
): Promise<ConnectorStatus> {
  const checkpoint = await checkpoints.get(id);
  const open: Run[] = [];
  for (const state of ["collecting", "collected"] as const) {
    for await (const run of runs.list(id, { state })) open.push(run);
  }
  const connector = file && "connector" in file ? file.connector : undefined;
  const isWatched = connector?.enabled === true;
  const silence = isWatched ? silenceOf(connector, checkpoint, now()) : undefined;
  return {
    id,
    state: stateOf(file, checkpoint, now()),
    ...(connector && { type: connector.type }),
    ...(file && "faults" in file && { faults: file.faults }),
    ...(checkpoint?.until && { collectedUntil: checkpoint.until }),
    ...(checkpoint?.lastItemAt && { lastItemAt: checkpoint.lastItemAt }),
    ...(checkpoint?.failure && { failure: checkpoint.failure }),
    silentHours: Math.floor(silence?.hours ?? 0),
    isSilent: silence?.isTooLong ?? false,
    missing: checkpoint?.missing?.length ?? 0,
    pending: open.reduce((sum, { tally }) => sum + tally.pending, 0),
    openRuns: open.length,
    setAside,
  };
}

function stateOf(
  file: ConnectorFile | undefined,
  checkpoint: Checkpoint | undefined,
  now: Date,
): ConnectorStatus["state"] {
  if (!file) return "file gone";
  if ("faults" in file) return "file refused";
  if (!file.connector.enabled) return "disabled";
  if (checkpoint?.failure) return "source failed";
  if (!checkpoint?.until) return "not collected yet";
  if (now.getTime() - checkpoint.until.getTime() > BEHIND_MS) return "behind";
  return checkpoint.unfinished ? "collecting" : "up to date";
}

/** What of a connector is not there, in words that end up on a screen. */
function whyNot(connector: ConnectorStatus): string[] {
  const { id, state, failure, isSilent, silentHours, missing, openRuns, pending, setAside } =
    connector;
  const isFine = state === "up to date" || state === "disabled" || state === "file gone";
  const count = Object.values(setAside).reduce((sum, n) => sum + n, 0);
  const codes = Object.entries(setAside).map(([code, n]) => `${n} ${code}`);
  return [
    ...(isFine ? [] : [`${id}: ${state}${failure ? ` (${failure.detail})` : ""}`]),
    ...(isSilent ? [`${id}: the source has given nothing for ${silentHours} hours`] : []),
    ...(missing > 0 ? [`${id}: the source has not given ${missing} items that it listed`] : []),
    ...(openRuns > 0 ? [`${id}: ${openRuns} runs are open, ${pending} deliveries pending`] : []),
    ...(count > 0 ? [`${id}: ${count} set aside (${codes.join(", ")})`] : []),
  ];
}
