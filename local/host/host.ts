import { setTimeout as sleep } from "node:timers/promises";
import { hostActivity } from "./activity.ts";
import { startApp } from "./app.ts";
import { openConnection } from "./connections.ts";
import type { FunctionMetadata } from "./core-api.ts";
import { hostSettings, readHostJson } from "./host-json.ts";
import { openHttpServer } from "./http-server.ts";
import { httpHandler } from "./http-trigger.ts";
import { type Idleness, untilIdle } from "./idle.ts";
import { hostInvocations } from "./invocations.ts";
import { openListeners } from "./listeners.ts";
import { hostLog, type LogSink } from "./log.ts";
import { appEnvironment, type Settings } from "./settings.ts";
import { readTriggers } from "./triggers.ts";

export interface HostOptions {
  /** The folder with the app's package.json, whose `main` is what runs, and its host.json. */
  readonly appRoot: string;
  /** The app's settings, and all it sees of an environment; `AzureWebJobsStorage` is required. */
  readonly env: Settings;
  /** Instead of the app's host.json. */
  readonly hostJson?: unknown;
  /** Gets every log record that host.json's `logging.logLevel` lets through. */
  readonly logSink?: LogSink;
  /** For HTTP, on loopback; any free one by default. */
  readonly port?: number;
  /** `off`: timers run by `fire` alone. */
  readonly schedules?: "on" | "off";
  /** What functions that are not anonymous ask for; without it they are open on loopback. */
  readonly functionKey?: string;
  /** How long an entry stays hidden when nobody settles it; 10 minutes, as on Azure. */
  readonly leaseMs?: number;
  /** Pause between two looks at an empty queue or a container without news. */
  readonly pollMs?: number;
  /** How long `stop` waits for running functions; 10 s, as on Azure. */
  readonly drainMs?: number;
}

/** A running app, and what a test or an operator may do with it. */
export interface Host {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** What the app registered. */
  readonly functions: readonly FunctionMetadata[];
  /**
   * Runs a timer now, and resolves when it is done. Rejects with the function's own error, and
   * when the app process does not live to finish it.
   */
  fire(timerName: string): Promise<void>;
  /**
   * Resolves once nothing of these functions (all, by default) runs and no visible entry or
   * undone blob is left for them. What is put off is reported, not waited for.
   */
  idle(functionNames?: readonly string[]): Promise<Idleness>;
  /**
   * SIGKILL of the app process, as when the machine dies: what it was working on comes back when
   * its lease ends. A new process is started. Resolves when the old one is gone.
   */
  kill(): Promise<void>;
  /**
   * Takes nothing more, gives running functions `drainMs`, runs the app's `appTerminate` hooks and
   * ends its process. What is still running then stays leased.
   */
  stop(): Promise<void>;
}

const HOST_CONTAINER = "azure-webjobs-hosts";

/**
 * Runs a Functions app (Node, v4 model) over Azure Storage or Azurite, without Core Tools.
 *
 * Rejects when host.json is wrong, a setting or connection is missing, the app cannot be loaded
 * or registers nothing, or a function has a binding that is not run here. README.md beside this
 * file says what the real host does and this one does not.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const { appRoot, env, functionKey } = options;
  const { leaseMs = 600_000, pollMs = 200, drainMs = 10_000 } = options;
  const now = () => new Date();
  const settings = hostSettings(options.hostJson ?? readHostJson(appRoot));
  const log = hostLog(options.logSink ?? (() => {}), settings.logLevels, now);
  const hostContainer = openConnection("Storage", env).blobs.getContainerClient(HOST_CONTAINER);
  await hostContainer.createIfNotExists();

  // Ended again when one of the steps below fails.
  await using starting = new AsyncDisposableStack();
  const http = await openHttpServer(options.port ?? 0);
  starting.defer(() => http.close());
  const hostname = new URL(http.url).host;
  const appEnv = appEnvironment(env, { appRoot, hostname, platform: process.env });
  const app = await startApp({ appRoot, env: appEnv, log });
  starting.defer(() => app.terminate());

  const { functionTimeoutMs, routePrefix } = settings;
  const activity = hostActivity();
  const invocations = hostInvocations({ app, log, functionTimeoutMs });
  const functions = readTriggers(app.functions, env);
  const names = functions.map(({ name }) => name);
  const work = { invocations, activity, log, now, ready: () => app.ready(), leaseMs, pollMs };
  const { timers, others } = openListeners(functions, { ...work, env, settings, hostContainer });
  http.serve(httpHandler({ functions, timers, routePrefix, functionKey, invocations, activity }));
  const listeners = [...(options.schedules === "off" ? [] : timers), ...others];
  for (const listener of listeners) {
    listener.start();
  }
  log({ level: "information", category: "Host.Startup", message: "Host started" });
  const running = starting.move();

  async function drain(): Promise<void> {
    await Promise.all(listeners.map((listener) => listener.stop()));
    await Promise.all(names.map((name) => activity.below(name, 1)));
  }

  return {
    url: http.url,
    functions: app.functions,
    async fire(timerName) {
      const timer = timers.find(({ functionName }) => functionName === timerName);
      if (timer === undefined) {
        const known = timers.map(({ functionName }) => functionName).join(", ");
        throw new Error(`There is no timer ${timerName}; the app's timers: ${known || "none"}.`);
      }
      await timer.fire();
    },
    idle(functionNames = names) {
      const watched = others.filter(({ functionName }) => functionNames.includes(functionName));
      return untilIdle({ listeners: watched, functionNames, activity, pollMs });
    },
    kill: () => app.kill(),
    async stop() {
      http.drain();
      const drained = drain();
      await Promise.race([drained, sleep(drainMs, undefined, { ref: false })]);
      await running.disposeAsync();
      await drained;
    },
  };
}
