import { setTimeout as sleep } from "node:timers/promises";
import { graphClient } from "../../shared/adapters/graph/client.ts";
import { graphMailboxes } from "../../shared/adapters/graph/mailboxes.ts";
import { graphTraffic } from "../../shared/adapters/graph/traffic.ts";
import { tableGates } from "../../shared/pipeline/gates.ts";
import type { ImportPorts } from "../../shared/pipeline/import-item.ts";
import { tableLedger } from "../../shared/pipeline/ledger.ts";
import type { Emails } from "../../shared/pipeline/ports.ts";
import { prepareImport } from "../../shared/pipeline/prepare-import.ts";
import { noTelemetry } from "../../shared/pipeline/telemetry.ts";
import { LEDGER_SINCE } from "../material/deliveries.ts";
import { oneConnector } from "./configuration.ts";
import { memoryTable } from "./memory-table.ts";
import { quietLog } from "./quiet-log.ts";

/**
 * Round after round goes into the same few mailboxes: the budgets that Exchange
 * gives them would be used up, and the importer would wait as it should.
 */
const limits = {
  requests: 4,
  requestsPer10Minutes: Number.POSITIVE_INFINITY,
  bytesPer5Minutes: Number.POSITIVE_INFINITY,
};

/** The app's own importer, as it is composed, against a Graph on loopback; tables in memory. */
export async function importer(options: { graphUrl: string; emails: Emails }) {
  const { graphUrl, emails } = options;
  const now = () => new Date();
  const tables = { items: memoryTable(), deliveries: memoryTable() };
  const ledger = tableLedger(tables);
  const random = Math.random;
  const pause = (ms: number, signal?: AbortSignal) => sleep(ms, undefined, { signal });
  const gates = tableGates(tables.deliveries, { now, random, sleep: pause });
  const client = graphClient({ baseUrl: graphUrl, token: async () => "token", now });
  const traffic = graphTraffic({
    client,
    gates,
    log: quietLog,
    now,
    random: Math.random,
    limits,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }),
  });
  const ports: ImportPorts = {
    prepare: prepareImport({ configuration: oneConnector(), emails }),
    mailboxes: graphMailboxes(traffic, { cloud: "global" }),
    ledger,
    gates,
    telemetry: noTelemetry,
    now,
  };
  await ledger.begin(LEDGER_SINCE);
  return {
    ports,
    /** Forgets what was imported. */
    forget() {
      tables.items.clear();
      // Without the row that says since when the ledger is whole, every claim would look first.
      tables.deliveries.clear("ledger");
    },
  };
}
