import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Traffic } from "../traffic/traffic.ts";
import { writeTraffic } from "../traffic/write-traffic.ts";
import type { State } from "./state.ts";

/** A stand-in that runs, in a process of its own. */
export interface StandIn {
  /** Scheme, host and port. */
  readonly url: string;
  stop(): Promise<void>;
}

const GATEWAY = fileURLToPath(new URL("../gateway/main.ts", import.meta.url));
const GRAPH = fileURLToPath(new URL("../graph/main.ts", import.meta.url));
/** What the stand-in Graph takes for a sign-in. */
export const GRAPH_TOKEN = "example-token";

/** Starts the stand-in gateway with the day, which is laid out in the folder. */
export async function gatewayProcess(folder: string, day: Traffic): Promise<StandIn> {
  await writeTraffic(folder, day);
  return startStandIn(GATEWAY, ["--items", folder]);
}

/** Starts the stand-in Graph with these users; without `state` its mailboxes lie in memory. */
export async function graphProcess(
  folder: string,
  users: readonly unknown[],
  state: State | undefined,
): Promise<StandIn> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, "users.json");
  await writeFile(file, JSON.stringify(users));
  const place = state ? ["--state", state.graph] : [];
  return startStandIn(GRAPH, ["--users", file, "--token", GRAPH_TOKEN, ...place]);
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
