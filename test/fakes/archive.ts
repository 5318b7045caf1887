import { personHash } from "../../shared/domain/person-hash.ts";
import { blobOperationLog } from "../../shared/operations/operation-log.ts";
import { carryOrders } from "../../shared/operations/orders/carry-orders.ts";
import { giveOrder } from "../../shared/operations/orders/give-order.ts";
import type { OrderKind } from "../../shared/operations/orders/order.ts";
import { tableOrders } from "../../shared/operations/orders/table-orders.ts";
import { orderWorks } from "../../shared/operations/orders/works.ts";
import { collectAll } from "../../shared/pipeline/collect-all.ts";
import { convertReceipt } from "../../shared/pipeline/convert-receipt.ts";
import { importItem } from "../../shared/pipeline/import-item.ts";
import { prepareImport } from "../../shared/pipeline/prepare-import.ts";
import { reconcile } from "../../shared/pipeline/reconcile.ts";
import { settle } from "../../shared/pipeline/settle.ts";
import { connectorFile, memoryDirectory } from "./configuration.ts";
import { fileConfiguration } from "./file-configuration.ts";
import { type HeldItem, memorySource } from "./memory-source.ts";
import { HOUR, MINUTE, nine, world } from "./world.ts";

export const ann = "6f1c1d2e-0000-4000-8000-00000000000a";
export const bob = "6f1c1d2e-0000-4000-8000-00000000000b";
/** The object id of whoever operates the archive. */
export const operator = "6f1c1d2e-0000-4000-8000-00000000000f";
export const annsNumber = "15550100";
export const bobsNumber = "15550101";

const always = () => true;

/** A text from one number to others, as a phone's archive sends it. */
export function textItem(
  id: string,
  { from = annsNumber, to = [bobsNumber], text = `Hello ${id}`, at = hourBefore(nine) } = {},
): HeldItem {
  const message = {
    messageContext: "app-message",
    messageId: id,
    messageTime: at.toISOString(),
    from,
    to,
    direction: "Out",
    textContent: text,
  };
  return { id, receivedAt: at, mediaType: "application/json", bytes: JSON.stringify(message) };
}

/** The whole app in memory: what a source holds goes through every stage, as the host would drive it. */
export function archive(held: HeldItem[], { csv = "" }: { csv?: string } = {}) {
  const ports = world();
  const source = memorySource(held, { pageSize: 500 });
  const configuration = fileConfiguration(ports.files);
  const directory = memoryDirectory({ "ann@contoso.com": ann, "bob@contoso.com": bob });
  let ids = 0;
  const all = {
    ...ports,
    configuration,
    directory,
    poison: ports.queue.poisonQueues,
    prepare: prepareImport({ configuration, emails: ports.emails }),
    sourceOf: () => source,
    askGraph: async () => {},
    provision: async () => {},
    tenantCheck: async () => [],
    diagnostics: {
      settings: [{ name: "GRAPH_CLOUD", isSet: true }],
      signIn: "local" as const,
      evidence: async () => [{ container: "raw", isHeld: true }],
      clockAheadMs: async () => 0,
      probeMailbox: async () => "ok",
    },
    connectorFaults: () => [],
    hashOf: (person: string) => personHash("salt", person),
    newId: () => {
      ids += 1;
      return ids.toString(16).padStart(4, "0");
    },
    orders: tableOrders(ports.tables.runs, ports.now),
    operationLog: blobOperationLog(ports.files, ports.now),
  };
  const put = (blob: string, text: string) => {
    ports.blobs.set(`config/${blob}`, Buffer.from(text));
  };
  const converted = new Set<string>();

  const app = {
    ...all,
    held,
    source,
    put,
    /** A tick of the collect timer. */
    async collect(options: { mayGoOn?: () => boolean } = {}) {
      await collectAll(all, { tick: ports.now(), mayGoOn: options.mayGoOn ?? always });
    },
    /** What the blob trigger does for every receipt that it has not seen. */
    async convert() {
      for (const name of [...ports.blobs.keys()]) {
        if (!name.startsWith("receipts/") || converted.has(name)) continue;
        converted.add(name);
        await convertReceipt(name, ports.blobs.get(name) ?? Buffer.of(), all);
      }
    },
    /** What the queue trigger does, until no job is left. */
    async import() {
      for (;;) {
        ports.queue.jobs.push(...ports.queue.deferred.splice(0).map(({ job }) => job));
        const job = ports.queue.jobs.shift();
        if (!job) return;
        try {
          await importItem(job, all);
        } catch (error) {
          await settle(error, { job, tries: 1, at: ports.now() }, all);
        }
      }
    },
    /** A tick of the reconcile timer; a test may put ports of its own in. */
    async reconcile(change: Partial<typeof all> = {}, mayGoOn = always) {
      return reconcile({ ...all, ...change }, mayGoOn);
    },
    /** What an operator asks for, carried on as far as `mayGoOn` lets it. */
    async order(
      kind: OrderKind,
      parameters: Record<string, unknown>,
      options: { prepare?: (id: string) => Promise<void>; mayGoOn?: () => boolean } = {},
    ) {
      const asked = { kind, by: operator, why: "because", parameters };
      return giveOrder(asked, all, { mayGoOn: always, ...options });
    },
    /** What the reconcile timer does for orders. */
    async carryOrders(change: Partial<typeof all> = {}, mayGoOn = always) {
      const changed = { ...all, ...change };
      await carryOrders(orderWorks(changed), changed, mayGoOn);
    },
    /** A day's work: everything that can be done is done, and the runs are closed. */
    async passDay() {
      await app.collect();
      await app.settle();
    },
    async settle() {
      for (let round = 0; round < 5; round += 1) {
        await app.convert();
        await app.import();
        await app.reconcile();
        ports.pass(16 * MINUTE);
      }
    },
    /** Every run of the connector, oldest first. */
    async allRuns(connector = "wechat") {
      const runs = [];
      for await (const run of ports.runs.list(connector)) runs.push(run);
      return runs;
    },
    loseTables() {
      for (const table of Object.values(ports.tables)) {
        for (const { partition, row } of table.rows()) void table.remove(partition, row);
      }
    },
  };
  const { name: _, ...file } = connectorFile({
    mapping: { automatic: true, custom: "mappings/wechat.csv" },
  });
  put("connectors/wechat.json", JSON.stringify(file));
  put("mappings/wechat.csv", csv);
  return app;
}

function hourBefore(at: Date): Date {
  return new Date(at.getTime() - HOUR);
}
