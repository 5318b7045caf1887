import { custodyPointer } from "./custody-file.ts";
import { custodyHeader, custodyLine } from "./custody-line.ts";
import type { ChainLease, Chunks, CustodyChains, Run, RunItem, SealedFile } from "./ports.ts";
import { readCustodyFile } from "./read-custody-file.ts";
import { type ReportPorts, writeRunReport } from "./run-report.ts";

/** Items read from the ledger at once; they are written in order all the same. */
const AT_ONCE = 64;

export interface SealPorts extends ReportPorts {
  readonly custodyChains: CustodyChains;
  readonly now: () => Date;
}

/** Time was up: nothing of the file is kept, and the next pass writes it from its start. */
class OutOfTimeError extends Error {
  override readonly name = "OutOfTimeError";
}

/**
 * Writes the reports of one connector's closed runs, and seals each into the chain
 * of custody: one file a run, written once, whose first line carries the hash of
 * the file before it.
 *
 * `closed` are all that wait for it. A file that is begun is noted first, and
 * finished first after a crash: were another run sealed then, both files would name
 * the same one before them. Returns the runs that are sealed.
 */
export async function sealRuns(
  connector: string,
  closed: readonly Run[],
  ports: SealPorts,
  mayGoOn: () => boolean,
): Promise<Run[]> {
  const lease = await ports.custodyChains.lease(connector);
  if (!lease) return [];
  const sealed: Run[] = [];
  try {
    let head = lease.head === "lost" ? await lastFile(connector, ports) : lease.head;
    for (const run of begunFirst(closed, lease.sealing)) {
      if (!mayGoOn()) break;
      await writeRunReport(run, ports);
      await lease.begin(run.runId);
      const file = await sealRun(run, head, lease, ports, mayGoOn);
      // One that was sealed before, by a host that died, may lie further back.
      if (file.sequence > (head?.sequence ?? 0)) head = file;
      await lease.finish(head ?? file);
      await ports.runs.change(run, { sealed: file, chore: "remove-emails" });
      sealed.push({ ...run, sealed: file });
    }
  } catch (error) {
    if (!(error instanceof OutOfTimeError)) throw error;
  } finally {
    await lease.release();
  }
  return sealed;
}

async function sealRun(
  run: Run,
  previous: SealedFile | undefined,
  lease: ChainLease,
  ports: SealPorts,
  mayGoOn: () => boolean,
): Promise<SealedFile> {
  const { files, now } = ports;
  const pointer = custodyPointer(run);
  const header = custodyHeader(run, { sealedAt: now(), previous });
  const lines = linesOf(run, ports, async () => {
    if (!mayGoOn()) throw new OutOfTimeError();
    await lease.keep();
  });
  const written = await files.writeOnce(
    pointer,
    "application/jsonl",
    asChunks(JSON.stringify(header), lines),
  );
  if (written) return { sequence: header.sequence, blob: pointer.blob, sha256: written.sha256 };
  // A host died after it wrote the file: that file is the one.
  return describe(pointer.blob, ports);
}

async function* linesOf(
  { runId }: Run,
  ports: SealPorts,
  beforeEach: () => Promise<void>,
): AsyncGenerator<string> {
  let batch: RunItem[] = [];
  for await (const item of ports.runs.items(runId)) {
    batch.push(item);
    if (batch.length < AT_ONCE) continue;
    yield* await told(batch);
    batch = [];
  }
  yield* await told(batch);

  async function told(items: readonly RunItem[]): Promise<string[]> {
    await beforeEach();
    return Promise.all(
      items.map(async (item) => JSON.stringify(await custodyLine(item, runId, ports))),
    );
  }
}

async function* asChunks(header: string, lines: AsyncIterable<string>): Chunks {
  yield Buffer.from(`${header}\n`);
  for await (const line of lines) yield Buffer.from(`${line}\n`);
}

async function describe(blob: string, { files }: SealPorts): Promise<SealedFile> {
  const file = await readCustodyFile(blob, files);
  if (!file) throw new Error(`custody/${blob} was there, and is gone.`);
  for await (const _ of file.lines) {
    // The hash is of the whole file.
  }
  return { sequence: file.header.sequence, blob, sha256: file.sha256() };
}

/** The chain's end as the files themselves tell it: the row that told it is lost, or there never was one. */
async function lastFile(connector: string, ports: SealPorts): Promise<SealedFile | undefined> {
  let last: { sequence: number; blob: string } | undefined;
  for await (const { blob } of ports.files.list("custody", `${connector}/`)) {
    const sequence = (await readCustodyFile(blob, ports.files))?.header.sequence ?? 0;
    if (sequence > (last?.sequence ?? 0)) last = { sequence, blob };
  }
  return last && describe(last.blob, ports);
}

function begunFirst(closed: readonly Run[], sealing: string | undefined): Run[] {
  const begun = closed.filter(({ runId }) => runId === sealing);
  return [...begun, ...closed.filter(({ runId }) => runId !== sealing)];
}
