import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { FunctionMetadata, LogLevel, TypedData } from "./core-api.ts";
import type { Log } from "./log.ts";
import type { AppLog, AppMessage, ErrorReport, HostMessage, InvocationOrder } from "./protocol.ts";

const ENTRY = fileURLToPath(new URL("./app-process.ts", import.meta.url));
const START_TIMEOUT_MS = 60_000;
/** A little longer than the process gives its own `appTerminate` hooks. */
const TERMINATE_TIMEOUT_MS = 12_000;

/** What became of an invocation. */
export type Outcome =
  | { readonly kind: "succeeded"; readonly returnValue?: TypedData | null }
  | { readonly kind: "failed"; readonly error: ErrorReport }
  /** The machine is gone, and the host with it: nobody settles what was being worked on. */
  | { readonly kind: "lost" };

/** One process that has loaded the app. */
export interface AppWorker {
  readonly functions: readonly FunctionMetadata[];
  /** Settles when the process is gone, with how it went. */
  readonly ended: Promise<string>;
  /**
   * Never rejects: an invocation the process did not live to finish is failed or lost. Nothing
   * when the process is ending already and could not take the order.
   */
  invoke(order: InvocationOrder): Promise<Outcome | undefined>;
  /** SIGKILL. What is running then is lost, or failed when `running` says so. */
  kill(running?: "lost" | "failed"): Promise<string>;
  /** Runs the app's `appTerminate` hooks and ends the process; what is running then is lost. */
  terminate(): Promise<string>;
}

/** Starts a process and loads the app in it. Rejects with the app's own reason when it cannot. */
export async function startAppWorker(options: {
  appRoot: string;
  env: Record<string, string>;
  log: Log;
}): Promise<AppWorker> {
  const child = fork(ENTRY, [options.appRoot], {
    cwd: options.appRoot,
    env: options.env,
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // A signal to the host's process group, or a terminal that closes, must not end it before the
    // host has let it finish.
    detached: true,
  });
  const running = new Map<string, (outcome: Outcome) => void>();
  let fateOfRunning: "lost" | "failed" = "failed";
  let functions: readonly FunctionMetadata[] = [];

  consoleLines(child.stdout, () => "information", options.log);
  consoleLines(child.stderr, stderrLevel, options.log);
  const ended = ending(child);
  void ended.then((how) => {
    const error = { name: "AppEndedError", message: `The app process ended (${how}).` };
    for (const finish of running.values()) {
      finish(fateOfRunning === "lost" ? { kind: "lost" } : { kind: "failed", error });
    }
    running.clear();
  });

  await new Promise<void>((resolve, reject) => {
    const tooSlow = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`The app did not finish loading within ${START_TIMEOUT_MS / 1000} s.`));
    }, START_TIMEOUT_MS);
    void ended.then((how) => {
      clearTimeout(tooSlow);
      reject(new Error(`The app process ended while it was loading (${how}).`));
    });
    child.on("message", (message: AppMessage) => {
      switch (message.kind) {
        case "started":
          clearTimeout(tooSlow);
          functions = message.functions;
          return resolve();
        case "start-failed":
          return reject(Object.assign(new Error(message.error.message), message.error));
        case "log":
          return options.log(appRecord(message));
        case "finished":
          return finish(message.invocationId, {
            kind: "succeeded",
            ...("returnValue" in message && { returnValue: message.returnValue }),
          });
        case "failed":
          return finish(message.invocationId, { kind: "failed", error: message.error });
      }
    });
  });

  function finish(invocationId: string, outcome: Outcome): void {
    running.get(invocationId)?.(outcome);
    running.delete(invocationId);
  }

  function send(message: HostMessage): void {
    // A process on its way out; `ended` settles what it was to do.
    child.send(message, () => {});
  }

  return {
    functions,
    ended,
    invoke(order) {
      return new Promise((resolve) => {
        if (!child.connected) {
          return resolve(undefined);
        }
        running.set(order.invocationId, resolve);
        send({ kind: "invoke", ...order });
      });
    },
    kill(fate = "lost") {
      fateOfRunning = fate;
      child.kill("SIGKILL");
      return ended;
    },
    async terminate() {
      fateOfRunning = "lost";
      const tooSlow = setTimeout(() => child.kill("SIGKILL"), TERMINATE_TIMEOUT_MS);
      if (child.connected) {
        send({ kind: "terminate" });
      }
      const how = await ended;
      clearTimeout(tooSlow);
      return how;
    },
  };
}

/** Both, because an exit overtakes messages that are still in the channel. */
async function ending(child: ChildProcess): Promise<string> {
  const [[code, signal]] = await Promise.all([once(child, "exit"), once(child, "disconnect")]);
  return signal ?? `exit code ${code}`;
}

function appRecord({ level, category, message, functionName, invocationId }: AppLog) {
  const function_ = functionName === undefined ? "Host" : `Function.${functionName}`;
  return {
    level,
    category: `${function_}.${category === "user" ? "User" : "Worker"}`,
    ...(functionName !== undefined && { function: functionName }),
    ...(invocationId !== undefined && { invocationId }),
    message,
  };
}

function consoleLines(stream: Readable | null, level: (line: string) => LogLevel, log: Log): void {
  if (stream !== null) {
    createInterface({ input: stream }).on("line", (line) => {
      log({ level: level(line), category: "Host.Function.Console", message: line });
    });
  }
}

/** The host takes the level of a line on stderr from its words. */
function stderrLevel(line: string): LogLevel {
  if (/warn/i.test(line)) {
    return "warning";
  }
  return /error|fail|severe/i.test(line) ? "error" : "information";
}
