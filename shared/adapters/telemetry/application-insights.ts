import { AsyncLocalStorage } from "node:async_hooks";
import { ManagedIdentityCredential } from "@azure/identity";
import {
  context,
  diag,
  metrics,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { logs } from "@opentelemetry/api-logs";
import { shutdownAzureMonitor, useAzureMonitor } from "applicationinsights";
import { type Telemetry, telemetryMetrics } from "../../pipeline/telemetry.ts";
import { scrubPolicy } from "./scrub-policy.ts";

export interface ApplicationInsightsOptions {
  readonly connectionString: string;
  /** Absent: by the key in the connection string, which Azure refuses where local auth is off. */
  readonly identity?: { readonly clientId?: string };
  /** Of the traces; events and metrics are sent always. 0 to 100. */
  readonly tracesPercent: number;
  readonly role: string;
  readonly graphHost: string;
}

/** Telemetry that reaches Application Insights. */
export interface LiveTelemetry extends Telemetry {
  /** Runs an invocation's work so that its spans are linked to what the host tells of it. */
  invocation<T>(traceparent: string | undefined, work: () => Promise<T>): Promise<T>;
  /** Sends what is left. May take as long as the network does: whoever calls sets a limit. */
  stop(): Promise<void>;
}

const SCOPE = "mobile-archiver";
const EVENT_NAME = "microsoft.custom_event.name";
const STATUS = "http.response.status_code";

/**
 * Starts the package `applicationinsights` with everything off that collects by
 * itself: what the archiver tells is what it says on purpose, and nothing else.
 */
export function applicationInsights(options: ApplicationInsightsOptions): LiveTelemetry {
  const { connectionString, identity, tracesPercent, graphHost } = options;
  // The packages report on themselves, to Microsoft and not to the customer's workspace.
  process.env["APPLICATION_INSIGHTS_NO_STATSBEAT"] = "true";
  useAzureMonitor({
    azureMonitorExporterOptions: {
      connectionString,
      ...(identity && { credential: new ManagedIdentityCredential({ ...identity }) }),
      additionalPolicies: [{ policy: scrubPolicy(options), position: "perCall" }],
      // What could not be sent would lie on a disk as it was before the scrubber saw it.
      disableOfflineStorage: true,
    },
    // Any other sampler than the fixed one drops traces by their number, not by their id.
    tracesPerSecond: 0,
    samplingRatio: tracesPercent / 100,
    enableTraceBasedSamplingForLogs: false,
    enableAutoCollectExceptions: false,
    enableAutoCollectPerformance: false,
    enableLiveMetrics: false,
    enableStandardMetrics: false,
    enablePerformanceCounters: false,
    instrumentationOptions: {
      http: { enabled: false },
      azureSdk: { enabled: false },
      mongoDb: { enabled: false },
      mySql: { enabled: false },
      postgreSql: { enabled: false },
      redis: { enabled: false },
      redis4: { enabled: false },
      bunyan: { enabled: false },
      winston: { enabled: false },
      console: { enabled: false },
    },
  });
  // It would write to the console what the service answered, and the console goes to the host's log.
  diag.disable();

  const tracer = trace.getTracer(SCOPE);
  const logger = logs.getLogger(SCOPE);
  const record = recorders();
  const stages = new AsyncLocalStorage<{ connector: string; span: Span; requests: number }>();
  const invocations = new AsyncLocalStorage<SpanContext>();

  return {
    invocation(traceparent, work) {
      const host = spanContext(traceparent);
      return host ? invocations.run(host, work) : work();
    },

    stage({ stage, connector, itemKey, runId, traceparent }, work) {
      const item = spanContext(traceparent);
      const parent = item ? trace.setSpanContext(ROOT_CONTEXT, item) : ROOT_CONTEXT;
      const host = invocations.getStore();
      const span = tracer.startSpan(
        `${stage} item`,
        {
          kind: SpanKind.INTERNAL,
          attributes: { connector, itemKey, runId },
          links: host ? [{ context: host }] : [],
        },
        parent,
      );
      const at = { connector, span, requests: 0 };
      return context.with(trace.setSpan(parent, span), () =>
        stages.run(at, () => ended(span, work)),
      );
    },

    traceparent() {
      const stage = stages.getStore();
      if (!stage) return undefined;
      const { traceId, spanId, traceFlags } = stage.span.spanContext();
      return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
    },

    request(name, work, statusOf) {
      const stage = stages.getStore();
      if (stage) stage.requests += 1;
      const span = tracer.startSpan(name, {
        kind: SpanKind.CLIENT,
        attributes: {
          "http.request.method": name.split(" ")[0] ?? "",
          "peer.service": graphHost,
        },
      });
      const done = async () => {
        const answer = await work();
        // Which of the good ones it was, nobody asks.
        span.setAttribute(STATUS, "2xx");
        return answer;
      };
      return ended(span, done, (error) => {
        const status = statusOf(error);
        if (status !== undefined) span.setAttribute(STATUS, status);
        if (status === 429) {
          record("graph_throttled_requests", 1, { connector: stage?.connector ?? "none" });
        }
        // Most participants are nobody of ours, and that there is no such user is what we ask.
        return { isAnswer: status === 404 };
      });
    },

    requests: () => stages.getStore()?.requests ?? 0,

    event(name, properties) {
      logger.emit({ attributes: { [EVENT_NAME]: name, ...properties } });
    },

    measure: record,

    async stop() {
      await shutdownAzureMonitor();
    },
  };
}

type Recorder = (value: number, properties: Attributes) => void;

function recorders(): Telemetry["measure"] {
  const meter = metrics.getMeter(SCOPE);
  const recorderOf: { [K in "counter" | "gauge" | "histogram"]: (name: string) => Recorder } = {
    counter(name) {
      const counter = meter.createCounter(name);
      return (value, properties) => counter.add(value, properties);
    },
    gauge(name) {
      const gauge = meter.createGauge(name);
      return (value, properties) => gauge.record(value, properties);
    },
    histogram(name) {
      const histogram = meter.createHistogram(name);
      return (value, properties) => histogram.record(value, properties);
    },
  };
  const byName = new Map<string, Recorder>(
    Object.entries(telemetryMetrics).map(([name, { kind }]) => [name, recorderOf[kind](name)]),
  );
  return (name, value, properties) => byName.get(name)?.(value, properties);
}

type Attributes = Readonly<Record<string, string>>;

/** Ends the span with the work, and says of what is thrown only its class. */
async function ended<T>(
  span: Span,
  work: () => Promise<T>,
  onError: (error: unknown) => { isAnswer: boolean } = () => ({ isAnswer: false }),
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!onError(error).isAnswer) span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute("error", error instanceof Error ? error.name : typeof error);
    throw error;
  } finally {
    span.end();
  }
}

/** A W3C trace context as the item or the host gives it; nothing where it is empty or broken. */
function spanContext(traceparent: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] =
    /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? "") ??
    [];
  if (!traceId || !spanId || !flags) return undefined;
  const isSampled = (Number.parseInt(flags, 16) & TraceFlags.SAMPLED) === TraceFlags.SAMPLED;
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return { traceId, spanId, traceFlags, isRemote: true };
}
