import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const KeptDay = z.strictObject({
  /** When the made-up day ends. */
  now: z.iso.datetime().transform((text) => new Date(text)),
  seed: z.number(),
  scale: z.number(),
  /** Where stand-in gateways listened: connector files name one of these addresses. */
  gateways: z.array(z.url()),
});
/** What makes the made-up day the same at the next start. */
export type KeptDay = z.output<typeof KeptDay>;

/** The folder in which an installation on this machine keeps what must outlive it. */
export interface State {
  /** Azurite's files. */
  readonly storage: string;
  /** The stand-in Graph's. */
  readonly graph: string;
  /** The made-up day, laid out for the stand-in gateway. */
  readonly traffic: string;
  /** Connector files and mappings, for people to edit. */
  readonly config: string;
  /** Whether the process that held the folder last was killed. */
  readonly wasKilled: boolean;
  /** Throws when the file is there and cannot be read. */
  day(): Promise<KeptDay | undefined>;
  keepDay(day: KeptDay): Promise<void>;
  /** Leaves the folder to the next one. */
  release(): Promise<void>;
}

/** The folders that this process holds. */
const held = new Set<string>();

/**
 * Opens the folder, and makes it when it is not there.
 *
 * Throws when another process holds it: two Azurites over the same files destroy them. What a
 * process left that was killed is taken over.
 */
export async function openState(directory: string): Promise<State> {
  await mkdir(directory, { recursive: true });
  const lock = join(directory, "lock");
  const holder = Number(await readIfThere(lock));
  if (held.has(directory) || (holder !== process.pid && isRunning(holder))) {
    throw new Error(
      `${directory} is in use by process ${holder}. Stop that one, or choose another folder. ` +
        `If it is no archiver, remove ${lock}.`,
    );
  }
  await writeFile(lock, String(process.pid));
  held.add(directory);

  const dayFile = join(directory, "day.json");
  return {
    storage: join(directory, "storage"),
    graph: join(directory, "graph"),
    traffic: join(directory, "traffic"),
    config: join(directory, "config"),
    wasKilled: !Number.isNaN(holder),
    async day() {
      const text = await readIfThere(dayFile);
      if (text === undefined) return undefined;
      try {
        return KeptDay.parse(JSON.parse(text));
      } catch (cause) {
        throw new Error(`${dayFile} is damaged. Remove ${directory} to begin anew.`, { cause });
      }
    },
    async keepDay(day) {
      // Written aside first: half a file would be found by whoever comes after a kill.
      await writeFile(`${dayFile}.new`, JSON.stringify(day));
      await rename(`${dayFile}.new`, dayFile);
    },
    async release() {
      held.delete(directory);
      await rm(lock, { force: true });
    },
  };
}

function isRunning(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
