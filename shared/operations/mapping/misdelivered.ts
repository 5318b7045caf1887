import { z } from "zod";
import { csvOf } from "../../domain/csv.ts";
import type { Connector } from "../../pipeline/connector.ts";
import { eachLimited } from "../../pipeline/each-limited.ts";
import { itemHistory } from "../../pipeline/item-history.ts";
import type { ItemRow } from "../../pipeline/ports.ts";
import { readParticipants } from "../../pipeline/read-participants.ts";
import type { OrderStep, OrderWork } from "../orders/carry-orders.ts";
import type { Order } from "../orders/order.ts";
import type { OperationsPorts } from "../ports.ts";
import { orderFiles } from "../scan/order-files.ts";
import { receiptsOf, scan, unitsOf } from "../scan/units.ts";
import { hasNumber } from "./identity.ts";

const AT_ONCE = 8;

const MisdeliveredParameters = z.object({
  connector: z.string(),
  from: z.iso.date(),
  until: z.iso.date(),
  /** The wrong person's mailbox; absent: every mailbox that the custom mapping gave. */
  mailbox: z.string().optional(),
});

/** A delivery that the custom mapping made of an item in which the number took part. */
export interface MisdeliveredRow {
  readonly itemKey: string;
  readonly receivedAt: string;
  readonly mailbox: string;
  readonly mappingRow?: number;
  readonly importedAt?: string;
  readonly mailboxItemId?: string;
  readonly internetMessageId: string;
}

/**
 * Which deliveries a wrong row of the mapping made: those of items in which its
 * number took part, into mailboxes that the custom mapping gave.
 */
export function misdeliveredWork(ports: OperationsPorts): OrderWork {
  return { carryOn };

  async function carryOn(order: Order, step: OrderStep): ReturnType<OrderWork["carryOn"]> {
    const parameters = MisdeliveredParameters.parse(order.parameters);
    const { connector: id, from, until, mailbox } = parameters;
    const connector = await ports.configuration.connector(id);
    const files = orderFiles(order.id, ports.files);
    const number = (await files.asked()).toString();

    const units = unitsOf([id], { from, until });
    const none = { items: 0, deliveries: 0 };
    const { done, counts } = await scan({ order, units, none }, step, async (unit, index) => {
      const rows: MisdeliveredRow[] = [];
      let items = 0;
      await eachLimited(receiptsOf(unit, ports.files), AT_ONCE, async ({ itemKey }) => {
        const item = await ports.ledger.item(itemKey);
        if (!item?.mappedBy) return;
        const found = await deliveriesOf(item, { mailbox, number, connector }, ports);
        if (found.length > 0) items += 1;
        rows.push(...found);
      });
      await files.putRows(index, rows);
      return { items, deliveries: rows.length };
    });
    if (!done) return { done: false };
    const rows = await files.rows<MisdeliveredRow>();
    const report = await files.putReport(rows, csvOf([HEADERS, ...rows.map(cellsOf)]));
    return { done: true, result: { ...counts, report } };
  }
}

async function deliveriesOf(
  item: ItemRow,
  asked: { mailbox: string | undefined; number: string; connector: Connector },
  ports: OperationsPorts,
): Promise<MisdeliveredRow[]> {
  const { mailbox, number, connector } = asked;
  const { mappedBy, deliveries } = await itemHistory(item, ports);
  const rules = mappedBy.filter(
    (it) => it.rule === "custom" && (mailbox === undefined || it.mailbox === mailbox),
  );
  if (rules.length === 0) return [];
  const read = await readParticipants(item, connector, ports.emails);
  const { defaultCountry } = connector.mapping;
  const tookPart = read?.participants.some((it) => hasNumber(it, number, defaultCountry));
  if (!tookPart) return [];
  return rules.flatMap(({ mailbox, row }) => {
    const delivery = deliveries.find((it) => it.mailbox === mailbox);
    if (delivery?.state !== "imported") return [];
    const { importedAt, mailboxItemId, internetMessageId } = delivery;
    return {
      itemKey: item.itemKey,
      receivedAt: item.receivedAt.toISOString(),
      mailbox,
      internetMessageId,
      ...(row !== undefined && { mappingRow: row }),
      ...(importedAt && { importedAt: importedAt.toISOString() }),
      ...(mailboxItemId !== undefined && { mailboxItemId }),
    };
  });
}

const HEADERS = [
  "Item key",
  "Received (UTC)",
  "M365 User ID",
  "Mapping row",
  "Imported (UTC)",
  "Internet message id",
  "Mailbox item id",
];

function cellsOf(row: MisdeliveredRow) {
  return [
    row.itemKey,
    row.receivedAt,
    row.mailbox,
    row.mappingRow,
    row.importedAt,
    row.internetMessageId,
    row.mailboxItemId,
  ];
}
