import { fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** A stand-in that runs, in a process of its own. */
export interface StandIn {
  /** Scheme, host and port. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts the stand-in whose entry this is. It ends with this process, however that ends.
 *
 * Rejects when it ends before it says on stdout where it listens.
 */
export async function startStandIn(entry: string, args: readonly string[]): Promise<StandIn> {
  const child = fork(entry, args, {
    execArgv: [],
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    // Ctrl-C reaches the whole process group, and the app needs them until it has finished.
    detached: true,
  });
  const exited = once(child, "exit");
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout as Readable }), "line"),
    exited.then(() => {
      throw new Error(`${entry} ended while it was starting; its reason stands on stderr`);
    }),
  ]);
  return {
    url: (JSON.parse(String(line)) as { url: string }).url,
    async stop() {
      if (child.connected) {
        child.disconnect();
      }
      await exited;
    },
  };
}
