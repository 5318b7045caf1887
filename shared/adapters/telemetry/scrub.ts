import { telemetryEvents, telemetryMetrics } from "../../pipeline/telemetry.ts";
import { shapes } from "./shapes.ts";

/** What Application Insights takes at `/v2.1/track`, as far as we send it. */
export interface Envelope {
  readonly ver: 1;
  readonly name: string;
  readonly time: string;
  readonly iKey: string;
  readonly sampleRate: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly data: { readonly baseType: string; readonly baseData: Fields };
}
type Fields = Readonly<Record<string, unknown>>;

export interface ScrubOptions {
  /** Under which name the app shows in Application Insights. */
  readonly role: string;
  /** Where Graph is; dependencies name no other target. */
  readonly graphHost: string;
}

/** Stands where a value was that is no id, code, count or time. */
export const WITHHELD = "withheld";

const HEX = /^[0-9a-f]{16,32}$/;
const DURATION = /^(?:\d+\.)?\d{2}:\d{2}:\d{2}(?:\.\d{1,7})?$/;
const SPAN_NAME =
  /^(?:(?:collect|convert|import) item|(?:GET|POST|PATCH|PUT|DELETE) (?:upload|(?:\/(?:[A-Za-z]{1,24}|\{id\}))+))$/;
const SPAN_PROPERTIES = ["connector", "itemKey", "runId", "error", "_MS.links"];
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/**
 * The envelopes that may leave, with only what may leave in them.
 *
 * It copies what is known to be harmless and forgets the rest. A list of what is
 * forbidden would be longer with every release of the packages that make the
 * envelopes, and what it missed could not be taken back.
 */
export function scrub(envelopes: readonly unknown[], options: ScrubOptions): Envelope[] {
  return envelopes.flatMap((envelope) => scrubOne(fields(envelope), options) ?? []);
}

function scrubOne(envelope: Fields, options: ScrubOptions): Envelope | undefined {
  const data = fields(envelope["data"]);
  const baseType = text(data["baseType"]);
  const baseData = scrubData(baseType, fields(data["baseData"]), options);
  if (!baseData) return undefined;
  const tags = fields(envelope["tags"]);
  return {
    ver: 1,
    name: `Microsoft.ApplicationInsights.${baseType.replace(/Data$/, "")}`,
    time: matching(envelope["time"], TIME) ?? "",
    iKey: matching(envelope["iKey"], /^[0-9a-f-]{36}$/) ?? "",
    sampleRate: number(envelope["sampleRate"]) ?? 100,
    tags: {
      "ai.cloud.role": options.role,
      ...kept("ai.cloud.roleInstance", tags, /^[\w.-]{1,128}$/),
      ...kept("ai.operation.id", tags, HEX),
      ...kept("ai.operation.parentId", tags, HEX),
      ...kept("ai.internal.sdkVersion", tags, /^[\w.:|-]{1,64}$/),
    },
    data: { baseType, baseData },
  };
}

function scrubData(
  baseType: string,
  baseData: Fields,
  { graphHost }: ScrubOptions,
): Fields | undefined {
  switch (baseType) {
    case "EventData":
      return scrubEvent(baseData);
    case "MetricData":
      return scrubMetric(baseData);
    case "RemoteDependencyData":
      return scrubSpan(baseData, graphHost);
    default:
      // Exceptions and messages quote, and requests are the Functions host's to tell of.
      return undefined;
  }
}

function scrubEvent({ name, properties }: Fields): Fields | undefined {
  const allowed = ownValue(telemetryEvents, text(name));
  return allowed && { ver: 2, name, properties: shaped(properties, allowed) };
}

function scrubMetric({ metrics, properties }: Fields): Fields | undefined {
  const [point] = Array.isArray(metrics) ? metrics.map(fields) : [];
  const metric = point && ownValue(telemetryMetrics, text(point["name"]));
  const value = number(point?.["value"]);
  if (!point || !metric || value === undefined) return undefined;
  const count = number(point["count"]) ?? 1;
  // Queries read the largest value, which the exporter leaves out of gauges.
  const min = number(point["min"]) ?? value;
  const max = number(point["max"]) ?? value;
  return {
    ver: 2,
    metrics: [{ name: point["name"], kind: "Aggregation", value, count, min, max }],
    properties: shaped(properties, metric.properties),
  };
}

function scrubSpan(span: Fields, graphHost: string): Fields {
  const target = text(span["target"]);
  return {
    ver: 2,
    name: matching(span["name"], SPAN_NAME) ?? WITHHELD,
    id: matching(span["id"], HEX) ?? "",
    success: span["success"] === true,
    resultCode: matching(span["resultCode"], /^(?:2xx|\d{1,3})$/) ?? "0",
    duration: matching(span["duration"], DURATION) ?? "00:00:00",
    type: matching(span["type"], /^(?:HTTP|InProc|Dependency)$/i) ?? "Dependency",
    ...(target === graphHost && { target }),
    properties: shaped(span["properties"], SPAN_PROPERTIES),
  };
}

function shaped(properties: unknown, allowed: readonly string[]): Record<string, string> {
  const given = Object.entries(fields(properties)).filter(([name]) => allowed.includes(name));
  return Object.fromEntries(
    given.map(([name, value]) => {
      const shape = shapes[name];
      const known = typeof value === "string" || typeof value === "number" ? String(value) : "";
      return [name, shape?.test(known) ? known : WITHHELD];
    }),
  );
}

function kept(name: string, tags: Fields, shape: RegExp): Record<string, string> {
  const value = matching(tags[name], shape);
  return value === undefined ? {} : { [name]: value };
}

function matching(value: unknown, shape: RegExp): string | undefined {
  return typeof value === "string" && shape.test(value) ? value : undefined;
}

/** The table's own entry: `constructor` is a name that every object knows. */
function ownValue<T extends object>(table: T, name: string): T[keyof T] | undefined {
  return Object.hasOwn(table, name) ? table[name as keyof T] : undefined;
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
