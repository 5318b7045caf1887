import { setTimeout as timerSleep } from "node:timers/promises";
import type { Log } from "../../pipeline/ports.ts";
import { noTelemetry, type Telemetry } from "../../pipeline/telemetry.ts";
import type { ApplicationInsightsOptions, LiveTelemetry } from "./application-insights.ts";

/** Telemetry of the app, which begins and ends with its process. */
export interface AppTelemetry extends Telemetry, Pick<LiveTelemetry, "invocation"> {
  /** Loads and starts it, once. Never throws: whoever archives need not be watched. */
  start(): Promise<void>;
  /** Sends what is left, and gives up after some seconds: the host gives a worker little time to end. */
  stop(): Promise<void>;
}

/** The Functions host ends a worker 10 s after it was told to. */
const STOP_MS = 5_000;

const load = async (options: ApplicationInsightsOptions): Promise<LiveTelemetry> => {
  // Half of a cold start's time: where nothing is configured, none of it is even read.
  const { applicationInsights } = await import("./application-insights.ts");
  return applicationInsights(options);
};

interface Starting {
  readonly start: (options: ApplicationInsightsOptions) => Promise<LiveTelemetry>;
  readonly sleep: (ms: number, value: undefined, options: { signal: AbortSignal }) => Promise<void>;
}

const nobody: Pick<LiveTelemetry, keyof Telemetry | "invocation"> = {
  ...noTelemetry,
  invocation: (_traceparent, work) => work(),
};

/** Without options nobody is told anything, and nothing is loaded. */
export function appTelemetry(
  options: ApplicationInsightsOptions | undefined,
  log: Log,
  { start = load, sleep = timerSleep }: Partial<Starting> = {},
): AppTelemetry {
  let live: LiveTelemetry | undefined;
  let starting: Promise<void> | undefined;
  /** Why it did not start, until an invocation could say so: outside of one, nobody reads the log. */
  let failure: string | undefined;
  const current = () => live ?? nobody;

  return {
    start() {
      starting ??= options
        ? start(options).then(
            (started) => {
              live = started;
            },
            (error: unknown) => {
              failure = error instanceof Error ? error.name : typeof error;
            },
          )
        : Promise.resolve();
      return starting;
    },
    async stop() {
      const limit = new AbortController();
      await Promise.race([
        live?.stop().catch(() => {}),
        sleep(STOP_MS, undefined, { signal: limit.signal }).catch(() => {}),
      ]);
      limit.abort();
    },
    invocation(traceparent, work) {
      if (failure !== undefined) {
        log.error("telemetry not started", { error: failure });
        failure = undefined;
      }
      return current().invocation(traceparent, work);
    },
    stage: (of, work) => current().stage(of, work),
    traceparent: () => current().traceparent(),
    request: (name, work, statusOf) => current().request(name, work, statusOf),
    requests: () => current().requests(),
    event: (name, properties) => current().event(name, properties),
    measure: (name, value, properties) => current().measure(name, value, properties),
  };
}
