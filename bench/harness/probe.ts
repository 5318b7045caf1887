import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ProbeMessage } from "./probe-process.ts";

const ENTRY = fileURLToPath(new URL("./probe-process.ts", import.meta.url));
const LONGEST_MS = 30 * 60_000;

/**
 * Runs one of `probes.ts` in a fresh process, and returns what it found. For what
 * depends on all that a process has done before: its memory.
 */
export async function probe<Answer>(name: string, given: unknown): Promise<Answer> {
  const child = fork(ENTRY, [name, JSON.stringify(given)], {
    execArgv: ["--expose-gc"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    timeout: LONGEST_MS,
  });
  const exited = once(child, "exit");
  const [message] = await Promise.race([
    once(child, "message"),
    exited.then(() => {
      throw new Error(`The probe ${name} ended by itself.`);
    }),
  ]);
  await exited;
  const told = message as ProbeMessage;
  if ("failure" in told) throw new Error(`The probe ${name} failed: ${told.failure}`);
  return told.answer as Answer;
}
