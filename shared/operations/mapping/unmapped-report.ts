import { z } from "zod";
import { csvOf } from "../../domain/csv.ts";
import { mapParticipant } from "../../domain/mapping.ts";
import type { Participant } from "../../domain/message.ts";
import { eachLimited } from "../../pipeline/each-limited.ts";
import { readParticipants } from "../../pipeline/read-participants.ts";
import { readableConnectors } from "../../pipeline/readable-connectors.ts";
import type { OrderStep, OrderWork } from "../orders/carry-orders.ts";
import type { Order } from "../orders/order.ts";
import type { OperationsPorts } from "../ports.ts";
import { orderFiles } from "../scan/order-files.ts";
import { listSetAside, type SetAsideEntry } from "../set-aside/list-set-aside.ts";
import { Selection } from "../set-aside/selection.ts";
import { inSlices } from "../set-aside/slices.ts";
import { identityOf } from "./identity.ts";

const AT_ONCE = 8;

const UnmappedParameters = z.object({ selection: Selection });

/** Somebody in an item that nobody of ours was found in. */
interface UnmappedRow {
  readonly connector: string;
  readonly sourceUser: string;
  readonly name?: string;
  readonly itemKey: string;
  readonly receivedAt: string;
  /** What the mapping in force says of them now: `mapped`, or why not. */
  readonly now: string;
}

/**
 * Who stands in the items that are set aside as `unmapped`, how often, and whether
 * the mapping in force would find them by now.
 */
export function unmappedReportWork(ports: OperationsPorts): OrderWork {
  return { carryOn };

  async function carryOn(order: Order, step: OrderStep): ReturnType<OrderWork["carryOn"]> {
    const { selection } = UnmappedParameters.parse(order.parameters);
    const files = orderFiles(order.id, ports.files);
    let cursor = (order.cursor ?? { piece: 0, items: 0 }) as Cursor;
    const selected = listSetAside({ ...selection, code: "unmapped" }, ports.ledger, {
      before: order.startedAt,
      ...(cursor.after && { after: cursor.after }),
    });
    for await (const slice of inSlices(selected)) {
      if (!step.mayGoOn()) return { done: false };
      await step.keep();
      await files.putRows(cursor.piece, await rowsOf(slice, ports));
      const { itemKey = "", mailbox } = slice.at(-1)?.listed ?? {};
      cursor = {
        piece: cursor.piece + 1,
        items: cursor.items + slice.length,
        after: { itemKey, ...(mailbox !== undefined && { mailbox }) },
      };
      await step.save({ progress: { done: cursor.items }, cursor });
    }
    const users = byUser(await files.rows<UnmappedRow>());
    const report = await files.putReport(users, csvOf([HEADERS, ...users.map(cellsOf)]));
    return { done: true, result: { items: cursor.items, users: users.length, report } };
  }
}

interface Cursor {
  readonly piece: number;
  readonly items: number;
  readonly after?: { itemKey: string; mailbox?: string };
}

async function rowsOf(
  slice: readonly SetAsideEntry[],
  ports: OperationsPorts,
): Promise<UnmappedRow[]> {
  const { configuration, directory, emails } = ports;
  const rows: UnmappedRow[] = [];
  const connectors = await readableConnectors(configuration);
  await eachLimited(slice, AT_ONCE, async ({ item }) => {
    const connector = connectors.get(item.connector);
    if (!connector) return;
    const read = await readParticipants(item, connector, emails);
    const custom = await configuration.mapping(connector);
    for (const participant of read?.participants ?? []) {
      const result = await mapParticipant(participant, {
        custom,
        automatic: connector.mapping.automatic,
        resolve: (address) => directory.resolve(address),
        at: read?.at ?? item.receivedAt,
      });
      rows.push({
        connector: item.connector,
        ...personOf(participant),
        itemKey: item.itemKey,
        receivedAt: item.receivedAt.toISOString(),
        now: result.kind === "mapped" ? "mapped" : result.why,
      });
    }
  });
  return rows;
}

function personOf(participant: Participant): Pick<UnmappedRow, "sourceUser" | "name"> {
  const { name } = participant;
  return { sourceUser: identityOf(participant), ...(name !== undefined && { name }) };
}

const HEADERS = [
  "Connector",
  "Source User ID",
  "Name",
  "Items",
  "First received (UTC)",
  "Last received (UTC)",
  "The mapping now",
];

interface UnmappedUser {
  readonly connector: string;
  readonly sourceUser: string;
  readonly name?: string;
  readonly items: number;
  readonly first: string;
  readonly last: string;
  readonly now: string;
}

function byUser(rows: readonly UnmappedRow[]): UnmappedUser[] {
  const users = new Map<string, UnmappedUser & { keys: Set<string> }>();
  for (const { connector, sourceUser, name, itemKey, receivedAt, now } of rows) {
    const id = `${connector}\n${sourceUser}`;
    const before = users.get(id);
    const keys = (before?.keys ?? new Set<string>()).add(itemKey);
    const first = before && before.first < receivedAt ? before.first : receivedAt;
    const last = before && before.last > receivedAt ? before.last : receivedAt;
    const known = before?.name ?? name;
    users.set(id, {
      connector,
      sourceUser,
      ...(known !== undefined && { name: known }),
      items: keys.size,
      first,
      last,
      now,
      keys,
    });
  }
  return [...users.values()]
    .map(({ keys: _, ...user }) => user)
    .sort((a, b) => b.items - a.items || a.sourceUser.localeCompare(b.sourceUser));
}

function cellsOf(user: UnmappedUser) {
  return [user.connector, user.sourceUser, user.name, user.items, user.first, user.last, user.now];
}
