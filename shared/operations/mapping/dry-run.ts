import { z } from "zod";
import { csvOf } from "../../domain/csv.ts";
import { type CustomMapping, type MappingResult, mapParticipant } from "../../domain/mapping.ts";
import type { Participant } from "../../domain/message.ts";
import { customMapping } from "../../mapping/custom-mapping.ts";
import { readMappingFile } from "../../mapping/mapping-file.ts";
import type { Connector } from "../../pipeline/connector.ts";
import { eachLimited } from "../../pipeline/each-limited.ts";
import { readParticipants } from "../../pipeline/read-participants.ts";
import type { OrderStep, OrderWork } from "../orders/carry-orders.ts";
import type { Order } from "../orders/order.ts";
import type { OperationsPorts } from "../ports.ts";
import { orderFiles } from "../scan/order-files.ts";
import { receiptsOf, scan, unitsOf } from "../scan/units.ts";
import { identityOf } from "./identity.ts";

const AT_ONCE = 8;

const DryRunParameters = z.object({
  connector: z.string(),
  from: z.iso.date(),
  until: z.iso.date(),
});

/** A participant whom the new mapping would treat differently, in one item. */
interface ChangedRow {
  readonly sourceUser: string;
  readonly before: string;
  readonly after: string;
  readonly itemKey: string;
}

/**
 * What a new mapping file would have changed for the items of some days, had it been
 * in force: for each participant the mailbox before and after. Changes nothing.
 */
export function dryRunWork(ports: OperationsPorts): OrderWork {
  return { carryOn };

  async function carryOn(order: Order, step: OrderStep): ReturnType<OrderWork["carryOn"]> {
    const { connector: id, from, until } = DryRunParameters.parse(order.parameters);
    const files = orderFiles(order.id, ports.files);
    const connector = await ports.configuration.connector(id);
    const candidate = readMappingFile(await files.asked(), "the new mapping");
    const after = customMapping(candidate, connector.mapping.defaultCountry);
    const before = await ports.configuration.mapping(connector);

    const units = unitsOf([id], { from, until });
    const none = { items: 0, unreadable: 0, changed: 0 };
    const { done, counts } = await scan({ order, units, none }, step, async (unit, index) => {
      const rows: ChangedRow[] = [];
      let items = 0;
      let unreadable = 0;
      await eachLimited(receiptsOf(unit, ports.files), AT_ONCE, async ({ itemKey }) => {
        const item = await ports.ledger.item(itemKey);
        const read = item && (await readParticipants(item, connector, ports.emails));
        items += 1;
        if (!read) {
          unreadable += 1;
          return;
        }
        for (const participant of read.participants) {
          const change = await changeFor(participant, read.at, connector, { before, after }, ports);
          if (change) rows.push({ ...change, itemKey });
        }
      });
      await files.putRows(index, rows);
      return { items, unreadable, changed: rows.length };
    });
    if (!done) return { done: false };
    const people = byPerson(await files.rows<ChangedRow>());
    const report = await files.putReport(
      people,
      csvOf([
        ["Source User ID", "Mailbox before", "Mailbox after", "Items"],
        ...people.map((it) => [it.sourceUser, it.before, it.after, it.items]),
      ]),
    );
    const { items, unreadable } = counts;
    return { done: true, result: { items, unreadable, people: people.length, report } };
  }
}

async function changeFor(
  participant: Participant,
  at: Date,
  connector: Connector,
  { before, after }: { before: CustomMapping | undefined; after: CustomMapping },
  { directory }: OperationsPorts,
): Promise<Omit<ChangedRow, "itemKey"> | undefined> {
  const { automatic } = connector.mapping;
  const resolve = (address: string) => directory.resolve(address);
  const results = [];
  for (const custom of [before, after]) {
    results.push(mailboxOf(await mapParticipant(participant, { custom, automatic, resolve, at })));
  }
  const [was = "", becomes = ""] = results;
  if (was === becomes) return undefined;
  return { sourceUser: identityOf(participant), before: was, after: becomes };
}

function mailboxOf(result: MappingResult): string {
  return result.kind === "mapped" ? result.mailbox : result.why;
}

function byPerson(rows: readonly ChangedRow[]) {
  const people = new Map<string, Omit<ChangedRow, "itemKey"> & { items: number }>();
  for (const { sourceUser, before, after } of rows) {
    const key = `${sourceUser}\n${before}\n${after}`;
    const items = (people.get(key)?.items ?? 0) + 1;
    people.set(key, { sourceUser, before, after, items });
  }
  return [...people.values()].sort((a, b) => b.items - a.items);
}
