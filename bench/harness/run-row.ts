import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Row, Settings } from "./report.ts";
import type { RowMessage } from "./row-process.ts";

const ENTRY = fileURLToPath(new URL("./row-process.ts", import.meta.url));
const LONGEST_MS = 10 * 60_000;
const LONGEST_FULL_MS = 90 * 60_000;

/**
 * Runs a bench in a process of its own. Throws what it failed with, or that it
 * took too long.
 */
export async function runRow(name: string, settings: Settings): Promise<Row> {
  const child = fork(ENTRY, [name, JSON.stringify(settings)], {
    execArgv: ["--expose-gc", "--max-old-space-size=8192"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  const limitMs = settings.full ? LONGEST_FULL_MS : LONGEST_MS;
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, limitMs);
  try {
    const [message] = await Promise.race([
      once(child, "message"),
      exited.then(() => {
        const why = isLate ? `took longer than ${limitMs / 60_000} minutes` : "ended by itself";
        throw new Error(`The bench ${name} ${why}.`);
      }),
    ]);
    const told = message as RowMessage;
    if ("failure" in told) throw new Error(`The bench ${name} failed: ${told.failure}`);
    return told.row;
  } finally {
    clearTimeout(late);
    await exited;
  }
}
