import { type Host, startHost } from "../../local/host/host.ts";
import { cpuMsOf, ownChildren } from "./process-cpu.ts";

/** Short, so that a round ends soon after its last item. */
const POLL_MS = 50;

export interface AppHost extends AsyncDisposable {
  readonly host: Host;
  /** Of the process in which the app's functions run. */
  readonly cpuMs: () => number;
  /** What the app and the host have logged as warnings and errors. */
  readonly complaints: readonly string[];
}

/** A Functions app under the local host; timers run when they are told to. */
export async function appHost(options: {
  appRoot: string;
  env: Readonly<Record<string, string>>;
  hostJson: unknown;
}): Promise<AppHost> {
  const before = new Set(ownChildren());
  const complaints: string[] = [];
  const host = await startHost({
    ...options,
    schedules: "off",
    pollMs: POLL_MS,
    logSink({ level, message }) {
      if (level === "warning" || level === "error") complaints.push(message);
    },
  });
  const pids = ownChildren().filter((pid) => !before.has(pid));
  return {
    host,
    complaints,
    cpuMs: () => pids.reduce((sum, pid) => sum + cpuMsOf(pid), 0),
    [Symbol.asyncDispose]: () => host.stop(),
  };
}
