import { everyConnector } from "./every-connector.ts";
import type { Checkpoints, Log, Run, RunChore } from "./ports.ts";
import { EMAILS_KEPT_MS, type RemoveEmailsPorts, removeServedEmails } from "./remove-emails.ts";
import { type SealPorts, sealRuns } from "./seal-run.ts";

export interface CloseBooksPorts extends SealPorts, RemoveEmailsPorts {
  readonly checkpoints: Checkpoints;
  readonly log: Log;
}

/**
 * Does what a closed run still asks for: its report, its custody file, and, once
 * they have served, the end of its emails. Returns how many runs it sealed.
 *
 * What fails for one connector keeps none of the others waiting; the first failure
 * is thrown once all are done.
 */
export async function closeBooks(ports: CloseBooksPorts, mayGoOn: () => boolean): Promise<number> {
  const failures: unknown[] = [];
  let sealed = 0;
  for (const connector of await everyConnector(ports)) {
    if (!mayGoOn()) break;
    try {
      sealed += await closeBooksOf(connector, ports, mayGoOn);
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      ports.log.error("books not closed", { connector, error: name });
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return sealed;
}

async function closeBooksOf(
  connector: string,
  ports: CloseBooksPorts,
  mayGoOn: () => boolean,
): Promise<number> {
  const closed = await waitingFor("seal", connector, ports);
  const sealed = closed.length > 0 ? await sealRuns(connector, closed, ports, mayGoOn) : [];
  for (const { runId } of sealed) ports.log.info("run sealed", { connector, runId });

  const servedBefore = ports.now().getTime() - EMAILS_KEPT_MS;
  for (const run of await waitingFor("remove-emails", connector, ports)) {
    if (!mayGoOn()) break;
    if ((run.closedAt?.getTime() ?? 0) > servedBefore) continue;
    await removeServedEmails(run, ports, mayGoOn);
  }
  return sealed.length;
}

/** Read before anything is changed: a listing that is written to while it goes on may skip rows. */
async function waitingFor(
  chore: RunChore,
  connector: string,
  { runs }: CloseBooksPorts,
): Promise<Run[]> {
  const found: Run[] = [];
  for await (const run of runs.list(connector, { chore })) found.push(run);
  return found;
}
