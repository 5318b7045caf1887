import { eachLimited } from "../../pipeline/each-limited.ts";
import { everyConnector } from "../../pipeline/every-connector.ts";
import type { ItemRow } from "../../pipeline/ports.ts";
import { readParticipants } from "../../pipeline/read-participants.ts";
import { readableConnectors } from "../../pipeline/readable-connectors.ts";
import { hasNumber } from "../mapping/identity.ts";
import { OperationError } from "../operation-error.ts";
import type { OperationsPorts } from "../ports.ts";
import { receiptsOf, unitsOf } from "../scan/units.ts";

const AT_ONCE = 16;
/** An answer is long enough with so many; the rest comes with the next. */
const ENOUGH = 500;

/** Whose items, and of which days (UTC, both inside). */
export interface Wanted {
  readonly connector?: string | undefined;
  readonly from: string;
  readonly until: string;
  readonly person?: Person | undefined;
}

/** Somebody of ours by mailbox or address, or anybody by number. */
export interface Person {
  readonly mailbox?: string | undefined;
  readonly address?: string | undefined;
  readonly number?: string | undefined;
}

export interface FoundItem {
  readonly itemKey: string;
  readonly connector: string;
  readonly receivedAt: Date;
  readonly size: number;
  readonly state: string;
  readonly mailboxes: readonly string[];
}

/**
 * The items of some days, found by their receipts, which nothing can take away: a
 * ledger that lost a row would else keep an item from an export.
 *
 * `next` is where to go on; absent at the end.
 */
export async function findItems(
  { connector, from, until, person }: Wanted,
  start: number,
  ports: OperationsPorts,
  mayGoOn: () => boolean,
): Promise<{ items: FoundItem[]; next?: number; units: number }> {
  const connectors = connector === undefined ? await everyConnector(ports) : [connector];
  const units = unitsOf(connectors, { from, until });
  const isWanted = await filterOf(person, ports);
  const items: FoundItem[] = [];
  for (const [index, unit] of units.entries()) {
    if (index < start) continue;
    if (items.length >= ENOUGH || !mayGoOn()) return { items, next: index, units: units.length };
    const found: FoundItem[] = [];
    await eachLimited(receiptsOf(unit, ports.files), AT_ONCE, async ({ itemKey }) => {
      const item = await ports.ledger.item(itemKey);
      if (!item) throw new OperationError("conflict", lost(itemKey));
      if (await isWanted(item)) found.push(foundOf(item));
    });
    items.push(...found.sort((a, b) => (a.itemKey < b.itemKey ? -1 : 1)));
  }
  return { items, units: units.length };
}

function lost(itemKey: string): string {
  return `The ledger does not know ${itemKey}, which was received: run \`ledger rebuild\` first.`;
}

async function filterOf(
  person: Person | undefined,
  { directory, configuration, emails, ledger }: OperationsPorts,
): Promise<(item: ItemRow) => Promise<boolean>> {
  if (!person) return async () => true;
  const { address, number } = person;
  const answer = address === undefined ? undefined : await directory.resolve(address);
  const mailbox = person.mailbox ?? (answer?.kind === "mailbox" ? answer.mailbox : undefined);
  const connectors = await readableConnectors(configuration);
  return async (item) => {
    if (mailbox !== undefined) {
      if (item.mailboxes.includes(mailbox)) return true;
      // An earlier mapping may have brought it there.
      const deliveries = await ledger.deliveries(item.itemKey);
      if (deliveries.some((it) => it.mailbox === mailbox)) return true;
    }
    // Items that were never mapped are found by who took part.
    if (address === undefined && number === undefined) return false;
    const connector = connectors.get(item.connector);
    const read = connector && (await readParticipants(item, connector, emails));
    return (read?.participants ?? []).some(
      (it) =>
        (address !== undefined && it.address?.toLowerCase() === address.toLowerCase()) ||
        (number !== undefined && hasNumber(it, number, connector?.mapping.defaultCountry)),
    );
  };
}

function foundOf(item: ItemRow): FoundItem {
  const { itemKey, connector, receivedAt, size, mailboxes, state = "received" } = item;
  return { itemKey, connector, receivedAt, size, state, mailboxes };
}
