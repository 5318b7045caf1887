import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { LogRecord } from "./host/log.ts";
import { accounts } from "./show/accounts.ts";
import { collectionIn, failureIn, faultIn, isWork } from "./show/events.ts";
import { finishRuns } from "./show/finish-runs.ts";
import { type Flags, HELP, readFlags } from "./show/flags.ts";
import { progress } from "./show/progress.ts";
import { isLate, receiveAgain } from "./show/receive-again.ts";
import { report } from "./show/report.ts";
import { isGood, readResult, resultJson } from "./show/result.ts";
import { news, whatNext } from "./show/running.ts";
import { surroundings } from "./show/surroundings.ts";
import { ensureBuilt } from "./stack/build.ts";
import { type Installation, startInstallation } from "./stack/installation.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PORT = 7071;
/** The host renews it while an entry is worked on; after a kill nobody waits longer. */
const LEASE_MS = 30_000;
const NOT_GOOD = 1;
const WRONG_USE = 2;
const STOPPED = 130;

/** A shown installation, and how the collection at its start ended. */
interface Shown {
  readonly installation: Installation;
  readonly isGood: boolean;
}

const flags = readOrExit();
if (flags.help) {
  print(HELP.trimEnd());
  process.exit();
}
const stateDirectory = resolve(flags.state ?? `${ROOT}.archiver`);
let see: (record: LogRecord) => void = () => {};
let isStopping = false;

try {
  const { installation, isGood } = await show();
  if (flags.once) {
    await installation.stop();
    process.exitCode = isGood ? 0 : NOT_GOOD;
  } else {
    see = (record) => printIfAny(news(record));
  }
} catch (error) {
  // Work that a signal has cut short fails, and the one who stops exits.
  if (!isStopping) exit(faultOf(error as NodeJS.ErrnoException), NOT_GOOD);
}

async function show(): Promise<Shown> {
  const place = relative(process.cwd(), stateDirectory) || ".";
  print(`The archiver on this machine; all it keeps lies in ${place}/\n`);
  const shown = progress(process.stdout);
  const records: LogRecord[] = [];
  see = (record) => {
    records.push(record);
    shown.see(record);
  };

  shown.step("building the app");
  await ensureBuilt();
  shown.step("starting what the app needs, and the app");
  const installation = await startInstallation({
    ...surroundings(process.env),
    stateDirectory,
    scale: flags.scale,
    port: flags.port ?? (flags.once ? 0 : PORT),
    schedules: flags.once ? "off" : "on",
    leaseMs: LEASE_MS,
    logSink: (record) => see(record),
    async beforeHost({ connectionString }) {
      if (flags.again) await accounts(connectionString).forgetCheckpoints();
    },
  });
  stopOnSignal(installation, flags.once ? STOPPED : 0);

  const books = accounts(installation.connectionString);
  const before = await books.runs();
  const closed = new Set(before.filter(({ isClosed }) => isClosed).map(({ id }) => id));
  const ours = async () => (await books.runs()).filter(({ id }) => !closed.has(id));
  const isNew = (await books.checkpoints()).length === 0;
  // Then some of it may bear a later time of receipt, from this start or from one before.
  const isMoved = isLate(installation, new Date());
  if (isNew && isMoved) await receiveAgain(installation, new Date());

  shown.step("collecting, converting and importing");
  if (installation.followsKill) {
    shown.say("The one before was killed. What it held is free after three minutes at most.");
  }
  const runs = await finishRuns(installation.host, {
    runs: ours,
    collections: () => new Map(records.flatMap(collectionIn)),
    activity: () => records.filter(isWork).length,
  });
  shown.end();

  const result = await readResult(installation, books, {
    runs,
    faults: distinct(records.map(faultIn)),
    failures: distinct(records.map(failureIn)),
    isMoved,
  });
  print(["", ...report(result)].join("\n"));
  if (!flags.once) print(["", ...whatNext(installation.host, place)].join("\n"));
  if (flags.json) print(resultJson(result));
  return { installation, isGood: isGood(result) };
}

function readOrExit(): Flags {
  try {
    return readFlags(process.argv.slice(2), process.env);
  } catch (error) {
    exit((error as Error).message, WRONG_USE);
  }
}

/** The second signal ends it at once: the children end with this process. */
function stopOnSignal({ stop }: Installation, exitCode: number): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      isStopping = true;
      process.stderr.write("\nStopping; what is under way is finished first.\n");
      stop().then(
        () => process.exit(exitCode),
        () => process.exit(NOT_GOOD),
      );
    });
  }
}

function faultOf({ code, message }: NodeJS.ErrnoException): string {
  if (code !== "EADDRINUSE") return message;
  return `Port ${flags.port ?? PORT} is in use. Choose another: npm start -- --port ${PORT + 1}`;
}

function distinct(lines: readonly (string | undefined)[]): string[] {
  return [...new Set(lines.filter((line) => line !== undefined))];
}

function printIfAny(line: string | undefined): void {
  if (line !== undefined) print(line);
}

function exit(message: string, code: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
