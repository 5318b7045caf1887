import { graphDirectory } from "../../shared/adapters/graph/directory.ts";
import { graphMailboxes } from "../../shared/adapters/graph/mailboxes.ts";
import { graphTraffic } from "../../shared/adapters/graph/traffic.ts";
import { sha256 } from "../../shared/domain/item-key.ts";
import type { CollectPorts } from "../../shared/pipeline/collect-window.ts";
import type { ConvertPorts } from "../../shared/pipeline/convert-item.ts";
import { tableGates } from "../../shared/pipeline/gates.ts";
import type { ImportPorts } from "../../shared/pipeline/import-item.ts";
import type { ImportJob } from "../../shared/pipeline/import-job.ts";
import { tableLedger } from "../../shared/pipeline/ledger.ts";
import type { BlobPointer, Emails, RawStore } from "../../shared/pipeline/ports.ts";
import { prepareImport } from "../../shared/pipeline/prepare-import.ts";
import type { Receipt } from "../../shared/pipeline/receipt.ts";
import { tableRuns } from "../../shared/pipeline/runs.ts";
import { gather } from "../../shared/pipeline/streams.ts";
import { noTelemetry } from "../../shared/pipeline/telemetry.ts";
import { modelGraph } from "../model/graph.ts";
import { oneConnector } from "./configuration.ts";
import { memoryTable } from "./memory-table.ts";
import { quietLog } from "./quiet-log.ts";

/** All that the stages wrote since `forget` was called. */
export interface Written {
  readonly receipts: readonly { readonly name: string; readonly receipt: Receipt }[];
  readonly jobs: readonly ImportJob[];
}

/**
 * Every port of collect, convert and import. They count, and keep what is written
 * only until `forget`: whatever the heap holds after that, the stages hold.
 */
export function discardingPorts(now: () => Date) {
  const counts = { raw: 0, receipts: 0, jobs: 0 };
  const raw = new Map<string, Buffer>();
  const receipts: { name: string; receipt: Receipt }[] = [];
  const jobs: ImportJob[] = [];
  const [items, deliveries] = [memoryTable(), memoryTable()];
  const [runs, runItems] = [memoryTable(), memoryTable()];

  const rawStore: RawStore = {
    async putRaw(blob, _mediaType, chunks) {
      const bytes = await gather(chunks);
      counts.raw += 1;
      raw.set(blob, bytes);
      return { size: bytes.length, sha256: sha256(bytes) };
    },
    async putReceipt(name, receipt) {
      counts.receipts += 1;
      receipts.push({ name, receipt });
      return receipt;
    },
    readReceipt: refuse,
  };
  const emails: Emails = {
    async open({ blob }: BlobPointer) {
      const bytes = raw.get(blob);
      if (!bytes) throw new Error(`There is no blob ${blob}.`);
      return { size: bytes.length, chunks: once(bytes) };
    },
    write: refuse,
    remove: refuse,
  };
  const graph = modelGraph(
    { nowMs: () => now().getTime(), limited: false, hasFolders: true },
    { keepsSubjects: false },
  );
  const sleep = refuse;
  const random = Math.random;
  const gates = tableGates(deliveries, { now, random, sleep });
  const traffic = graphTraffic({
    ...{ client: graph.client, gates, log: quietLog, now, sleep },
    random,
  });
  const configuration = oneConnector();
  const ports: CollectPorts & ConvertPorts & ImportPorts = {
    rawStore,
    emails,
    configuration,
    gates,
    now,
    ledger: tableLedger({ items, deliveries }),
    runs: tableRuns({ runs, runItems }),
    directory: graphDirectory(traffic),
    mailboxes: graphMailboxes(traffic, { cloud: "global" }),
    prepare: prepareImport({ configuration, emails }),
    queue: {
      async add(job) {
        counts.jobs += 1;
        jobs.push(job);
      },
      defer: refuse,
      poison: refuse,
      depth: async () => jobs.length,
    },
    log: quietLog,
    telemetry: noTelemetry,
    newTraceparent: () => `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
  };
  const written: Written = { receipts, jobs };
  return {
    ports,
    counts,
    graph: graph.counts,
    written,
    forget() {
      for (const table of [items, runs, runItems]) table.clear();
      // Without the row that says since when the ledger is whole, every claim would look first.
      deliveries.clear("ledger");
      raw.clear();
      receipts.length = 0;
      jobs.length = 0;
    },
  };
}

function refuse(): never {
  throw new Error("Nothing here should have asked for this.");
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}
