import type { Participant } from "../domain/message.ts";
import { eachLimited } from "./each-limited.ts";
import type { Configuration, Emails, ItemRow, Ledger, Run, RunItem, Runs } from "./ports.ts";
import { readParticipants } from "./read-participants.ts";
import { readableConnectors } from "./readable-connectors.ts";

/** Items looked at at once. */
const AT_ONCE = 16;

export interface FailedPorts {
  readonly configuration: Configuration;
  readonly emails: Emails;
  readonly ledger: Ledger;
  readonly runs: Runs;
}

/** A delivery or item that failed, with what only an auditor may see. */
export interface FailedRow {
  readonly itemKey: string;
  readonly sourceItemId: string;
  /** A number, address or handle of the source; absent where the item cannot be read. */
  readonly sourceUser?: string;
  readonly mailbox?: string;
  readonly code: string;
  readonly detail: string;
}

/** What failed in a run, in the order of item keys; what was taken up again since is not among it. */
export async function failedRows(run: Run, ports: FailedPorts): Promise<FailedRow[]> {
  const rows: FailedRow[] = [];
  await eachLimited(failedItems(run, ports.runs), AT_ONCE, async ({ itemKey }) => {
    const item = await ports.ledger.item(itemKey);
    // Taken up again since: the redrive's own report tells of it.
    if (item && item.runId !== run.runId) return;
    rows.push(...(item ? await rowsOf(item, ports) : [neverGiven(itemKey)]));
  });
  return rows.sort((a, b) => compare(keyOf(a), keyOf(b)));
}

async function* failedItems(run: Run, runs: Runs): AsyncGenerator<RunItem> {
  if (run.tally.rejected === 0) return;
  for await (const item of runs.items(run.runId)) {
    if (item.tally.rejected > 0) yield item;
  }
}

/** The source listed it and could not give it; an operator gave it up. */
function neverGiven(itemKey: string): FailedRow {
  return { itemKey, sourceItemId: "", code: "tries-exhausted", detail: "never-given-by-source" };
}

async function rowsOf(item: ItemRow, ports: FailedPorts): Promise<FailedRow[]> {
  const { itemKey, sourceItemId, code = "tries-exhausted", detail = "" } = item;
  if (item.state !== "rejected") {
    const deliveries = await ports.ledger.deliveries(itemKey);
    return deliveries
      .filter(({ state }) => state === "rejected")
      .map((row) => ({
        itemKey,
        sourceItemId,
        mailbox: row.mailbox,
        code: row.code ?? "tries-exhausted",
        detail: row.detail ?? "",
      }));
  }
  const people = await participantsOf(item, ports);
  // As in Purview's log, a mapping that failed is told once for each user.
  const told = code === "unmapped" ? people : people.filter(({ role }) => role === "sender");
  const row = { itemKey, sourceItemId, code, detail };
  if (told.length === 0) return [row];
  return told.map((person) => {
    const sourceUser = person.number ?? person.address ?? person.handle;
    return { ...row, ...(sourceUser !== undefined && { sourceUser }) };
  });
}

/** Nobody, where the item cannot be read or its connector is gone: the row is written all the same. */
async function participantsOf(
  item: ItemRow,
  { configuration, emails }: FailedPorts,
): Promise<readonly Participant[]> {
  const connector = (await readableConnectors(configuration)).get(item.connector);
  if (!connector) return [];
  return (await readParticipants(item, connector, emails))?.participants ?? [];
}

function keyOf({ itemKey, mailbox, sourceUser }: FailedRow): string {
  return `${itemKey} ${mailbox ?? ""} ${sourceUser ?? ""}`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
