import { setTimeout as sleep } from "node:timers/promises";
import { type AppWorker, type Outcome, startAppWorker } from "./app-worker.ts";
import type { FunctionMetadata } from "./core-api.ts";
import type { Log } from "./log.ts";
import type { InvocationOrder } from "./protocol.ts";

/** The app, kept running: when its process ends, a new one is started. */
export interface App {
  readonly functions: readonly FunctionMetadata[];
  /** Resolves once a process has loaded the app; at once while one is up. */
  ready(): Promise<void>;
  /** Waits for a process first. Never rejects. */
  invoke(order: InvocationOrder): Promise<Outcome>;
  /** SIGKILL, as when the machine dies: what is running is lost. A new process is started. */
  kill(): Promise<void>;
  /** What the host does to an app that overran `functionTimeout`: what is running has failed. */
  recycle(): Promise<void>;
  /** Ends the process for good, after the app's `appTerminate` hooks. */
  terminate(): Promise<void>;
}

const FIRST_RESTART_DELAY_MS = 100;
const LONGEST_RESTART_DELAY_MS = 30_000;

/** Rejects when the app cannot be loaded the first time; later starts are tried until one works. */
export async function startApp(options: {
  appRoot: string;
  env: Record<string, string>;
  log: Log;
}): Promise<App> {
  const stopping = new AbortController();
  let current: Promise<AppWorker> = startAppWorker(options);
  const first = await current;
  watch(first);

  function watch(worker: AppWorker): void {
    void worker.ended.then((how) => {
      if (!stopping.signal.aborted) {
        say("warning", `App process ended (${how}). Starting a new one.`);
        current = restart();
        // Whoever waits for the app meets the failure; here it must not end the host.
        current.catch(() => {});
      }
    });
  }

  async function restart(): Promise<AppWorker> {
    for (
      let delay = FIRST_RESTART_DELAY_MS;
      ;
      delay = Math.min(delay * 2, LONGEST_RESTART_DELAY_MS)
    ) {
      await sleep(delay, undefined, { signal: stopping.signal });
      try {
        const worker = await startAppWorker(options);
        watch(worker);
        return worker;
      } catch (error) {
        say("error", `App process did not start: ${(error as Error).message}`);
      }
    }
  }

  function say(level: "warning" | "error", message: string): void {
    options.log({ level, category: "Host.Worker", message });
  }

  return {
    functions: first.functions,
    async ready() {
      await current;
    },
    async invoke(order) {
      while (!stopping.signal.aborted) {
        const worker = await current.catch(() => undefined);
        const outcome = await worker?.invoke(order);
        if (outcome !== undefined) {
          return outcome;
        }
        // It ended before it could take the order; the next one can.
        await worker?.ended;
      }
      return { kind: "lost" };
    },
    async kill() {
      await (await current).kill();
    },
    async recycle() {
      await (await current).kill("failed");
    },
    async terminate() {
      stopping.abort();
      await current.then(
        (worker) => worker.terminate(),
        () => {},
      );
    },
  };
}
