import type { KeptMessage } from "../graph/control-plane.ts";
import type { TrafficItem } from "../traffic/item.ts";
import type { Delivery, Item } from "./accounts.ts";
import { readable } from "./readable.ts";

/** What has become of a day, from the app's tables and from the mailboxes. */
export interface Outcome {
  readonly items: readonly Item[];
  readonly deliveries: readonly Delivery[];
  readonly mailboxes: readonly HeldMailbox[];
}

export interface HeldMailbox {
  /** Object id. */
  readonly id: string;
  /** User principal name. */
  readonly name: string;
  /** What its owner sees. */
  readonly messages: readonly KeptMessage[];
}

/**
 * What has not become of the items as their own expectations say, in a sentence each; the day says
 * what it expects in `expect`.
 *
 * `connectorOf` names the connector that collects a type; items of other types are passed over.
 * `isMoved`: the items were received again later, so what bears the time of receipt is not held
 * against it.
 */
export function deviations(
  items: readonly TrafficItem[],
  outcome: Outcome,
  options: { connectorOf: (type: string) => string | undefined; isMoved: boolean },
): string[] {
  const rows = new Map(outcome.items.map((row) => [`${row.connector}/${row.sourceItemId}`, row]));
  const deliveries = Map.groupBy(outcome.deliveries, ({ itemKey }) => itemKey);
  const mailboxes = new Map(outcome.mailboxes.map((mailbox) => [mailbox.id, mailbox]));
  const messages = new Map(
    outcome.mailboxes.flatMap(({ messages }) => messages.map((message) => [message.id, message])),
  );

  const found: string[] = [];
  for (const item of items) {
    const connector = options.connectorOf(item.type);
    if (connector === undefined) continue;
    const say = (fault: string) => found.push(`${connector}: ${item.about}: ${fault}`);
    const row = rows.get(`${connector}/${item.id}`);
    const made = deliveries.get(row?.key ?? "") ?? [];

    const became = row === undefined ? "not collected" : outcomeOf(row);
    if (became !== item.expect.outcome) say(`should be ${item.expect.outcome}, is ${became}`);
    const lies = made.map(({ mailbox }) => mailboxes.get(mailbox)?.name ?? mailbox).sort();
    const shouldLie = [...item.expect.mailboxes].sort();
    if (lies.join() !== shouldLie.join()) {
      say(`should lie with ${list(shouldLie)}, lies with ${list(lies)}`);
    }
    for (const { mailbox, mailboxItemId } of made) {
      const name = mailboxes.get(mailbox)?.name ?? mailbox;
      const message = messages.get(mailboxItemId);
      if (!message) say(`is not in the mailbox of ${name}`);
      else for (const fault of faultsOf(message, item, options)) say(`${fault} (${name})`);
    }
  }
  for (const { id, name, messages } of outcome.mailboxes) {
    const known = outcome.deliveries.filter(({ mailbox }) => mailbox === id).length;
    if (messages.length !== known) {
      found.push(`${name} holds ${messages.length} items, and the ledger knows of ${known}`);
    }
  }
  return found;
}

function outcomeOf({ state, code }: Item): string {
  if (state === "converted") return "imported";
  return state === "rejected" ? (code ?? state) : (state ?? "not converted");
}

function faultsOf(
  message: KeptMessage,
  { expect, receivedAt }: TrafficItem,
  { isMoved }: { isMoved: boolean },
): string[] {
  const faults: string[] = [];
  const text = oneLine(`${message.fields.subject}\n${readable(message.fields.body)}`);
  if (!expect.shows.every((line) => text.includes(oneLine(line)))) faults.push("words are missing");

  const hashes = message.attachments.map(({ sha256 }) => sha256);
  for (const { name, sha256 } of expect.files) {
    const at = hashes.indexOf(sha256);
    if (at < 0) faults.push(`file ${name} is missing or altered`);
    else hashes.splice(at, 1);
  }
  const bearsReceipt = wholeSecond(receivedAt) === expect.sentAt.getTime();
  const times = [message.sentAt, message.receivedAt].map((time) => wholeSecond(new Date(time)));
  if (!(isMoved && bearsReceipt) && times.some((time) => time !== expect.sentAt.getTime())) {
    faults.push(`should bear the time ${expect.sentAt.toISOString()}, bears ${message.sentAt}`);
  }
  if (message.isDraft) faults.push("is a draft");
  return faults;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function wholeSecond(time: Date): number {
  return Math.floor(time.getTime() / 1000) * 1000;
}

function list(names: readonly string[]): string {
  return names.join(", ") || "nobody";
}
