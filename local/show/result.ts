import type { GraphControl } from "../graph/control.ts";
import type { Installation } from "../stack/installation.ts";
import { type Accounts, type Delivery, type Item, isBalanced, type Run } from "./accounts.ts";
import { deviations, type HeldMailbox } from "./deviations.ts";
import { inOutlook, mostTelling } from "./outlook.ts";

/** How a collection ended. */
export interface Result {
  readonly runs: readonly Run[];
  readonly mailboxes: readonly Holding[];
  /** Whether the mailboxes were looked into; else it is the ledger that says what they hold. */
  readonly isLookedInto: boolean;
  readonly poison: readonly { readonly code: string; readonly count: number }[];
  /** What a person has to look at. */
  readonly faults: readonly string[];
  /** Invocations that failed unexpectedly: each was tried again, or its item is set aside. */
  readonly failures: readonly string[];
  /** How many items of the made-up day were held against what it expects of them. */
  readonly checked: number;
  /** How many were not, because somebody has changed their connector or its mapping. */
  readonly unchecked: number;
  readonly deviations: readonly string[];
  /** A few lines of one message; none when no mailbox can be looked into. */
  readonly message: readonly string[];
}

/** What lies in one folder of a mailbox. */
export interface Holding {
  /** User principal name; the object id where the directory cannot be asked. */
  readonly mailbox: string;
  readonly folder: string;
  readonly items: number;
}

/** Reads how it ended from the tables, from the mailboxes, and from what the day expects. */
export async function readResult(
  { gateway, graph, traffic, unchangedConnectors }: Installation,
  accounts: Accounts,
  { isMoved, ...collected }: Pick<Result, "runs" | "faults" | "failures"> & { isMoved: boolean },
): Promise<Result> {
  const [poison, items, deliveries, mailboxes] = await Promise.all([
    accounts.setAside(),
    accounts.items(),
    accounts.deliveries(),
    graph && heldMailboxes(graph),
  ]);
  const connectorOf = (type: string) => unchangedConnectors.get(type);
  const checked = mailboxes ? traffic.items.filter(({ type }) => connectorOf(type)) : [];
  return {
    ...collected,
    poison,
    mailboxes: mailboxes?.flatMap(({ holdings }) => holdings) ?? fromLedger(items, deliveries),
    isLookedInto: mailboxes !== undefined,
    checked: checked.length,
    unchecked: mailboxes && gateway ? traffic.items.length - checked.length : 0,
    deviations: mailboxes
      ? deviations(checked, { items, deliveries, mailboxes }, { connectorOf, isMoved })
      : [],
    message: shownMessage(mailboxes ?? []),
  };
}

/** Whether an operator has nothing to do. */
export function isGood({ runs, faults, deviations }: Result): boolean {
  return (
    runs.every((run) => run.isClosed && isBalanced(run)) &&
    faults.length === 0 &&
    deviations.length === 0
  );
}

/** The line that `--json` prints. */
export function resultJson({ runs, mailboxes, poison }: Result): string {
  return JSON.stringify({
    runs: runs.map(({ connector, available, imported, partial, skipped, rejected, pending }) => {
      return { connector, available, imported, partial, skipped, rejected, pending };
    }),
    mailboxes,
    poison,
  });
}

async function heldMailboxes(
  graph: GraphControl,
): Promise<(HeldMailbox & { holdings: Holding[] })[]> {
  const summaries = await graph.mailboxes();
  const all = summaries.map(async ({ mailbox: id, userPrincipalName: name = id, folders }) => {
    const visible = folders
      .filter(({ isVisible, count }) => isVisible && count > 0)
      .sort((a, b) => a.path.localeCompare(b.path));
    const seen = new Set(visible.map((folder) => folder.id));
    return {
      id,
      name,
      holdings: visible.map(({ path, count }) => ({ mailbox: name, folder: path, items: count })),
      messages: (await graph.messages(id)).filter(({ folderId }) => seen.has(folderId)),
    };
  });
  return (await Promise.all(all)).sort((a, b) => a.name.localeCompare(b.name));
}

/** What the ledger says of mailboxes that cannot be looked into; a connector for its folder. */
function fromLedger(items: readonly Item[], deliveries: readonly Delivery[]): Holding[] {
  const connectors = new Map(items.map(({ key, connector }) => [key, connector]));
  const counts = new Map<string, Holding>();
  for (const { mailbox, itemKey } of deliveries) {
    const folder = connectors.get(itemKey) ?? "";
    const key = `${mailbox} ${folder}`;
    counts.set(key, { mailbox, folder, items: (counts.get(key)?.items ?? 0) + 1 });
  }
  return [...counts.keys()].sort().flatMap((key) => counts.get(key) ?? []);
}

function shownMessage(mailboxes: readonly HeldMailbox[]): string[] {
  for (const { name, messages } of mailboxes) {
    const message = mostTelling(messages);
    if (message) return inOutlook(name, message);
  }
  return [];
}
