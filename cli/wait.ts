import type { Client } from "./client.ts";
import { CommandError, exitCodes, type Io } from "./io.ts";
import { safe } from "./output.ts";

const FIRST_MS = 2_000;
const LONGEST_MS = 30_000;

/** Long work, as a route tells of it. */
export interface LongWork {
  readonly id: string;
  readonly state: "running" | "done" | "failed";
  readonly progress: { readonly done: number; readonly of?: number };
  readonly result?: Readonly<Record<string, unknown>>;
  readonly failure?: unknown;
}

/**
 * Asks until long work is done, and tells how far it is. It goes on without anyone
 * asking: whoever breaks off here breaks nothing off there.
 */
export async function waitFor(
  work: LongWork,
  path: string,
  client: Client,
  io: Pick<Io, "err" | "sleep">,
): Promise<LongWork> {
  const line = progressLine(io);
  let now = work;
  for (
    let pauseMs = FIRST_MS;
    now.state === "running";
    pauseMs = Math.min(pauseMs * 2, LONGEST_MS)
  ) {
    line.show(
      `${now.id}: ${progressOf(now)}; goes on in the app, asked again in ${pauseMs / 1000} s`,
    );
    await io.sleep(pauseMs);
    now = await client.json({ path });
  }
  line.end();
  if (now.state === "failed") {
    throw new CommandError(
      exitCodes.no,
      `${now.id} failed (${safe(String(now.failure))}): what it did so far stays done; look at the app's log.`,
    );
  }
  return now;
}

function progressOf({ progress: { done, of } }: LongWork): string {
  return of === undefined ? `${done} done` : `${done} of ${of}`;
}

/** One line, written over on a terminal; elsewhere ever fewer lines, for a log. */
export function progressLine(io: Pick<Io, "err">): { show(text: string): void; end(): void } {
  const isTerminal = "isTTY" in io.err && io.err.isTTY === true;
  let shown = 0;
  return {
    show(text) {
      shown += 1;
      const isPowerOfTwo = (shown & (shown - 1)) === 0;
      if (isTerminal) io.err.write(`\r\u001b[K${text}`);
      else if (isPowerOfTwo) io.err.write(`${text}\n`);
    },
    end() {
      if (isTerminal && shown > 0) io.err.write("\n");
    },
  };
}
