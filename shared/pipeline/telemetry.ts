/**
 * The custom events that the app sends, and the properties of each.
 *
 * When each is sent and what its properties mean stands in `infra/telemetry.json`,
 * which alerts and workbook are held against; a test holds this list against it.
 */
export const telemetryEvents = {
  WindowCollected: [
    "connector",
    "runId",
    "windowFrom",
    "windowUntil",
    "fromSource",
    "known",
    "bytes",
  ],
  ItemConverted: ["connector", "runId", "itemKey", "deliveries"],
  ItemImported: ["connector", "runId", "itemKey", "mailbox", "outcome"],
  ItemPoisoned: ["connector", "runId", "itemKey", "code"],
  RunBalanced: ["connector", "runId", "available", "imported", "partial", "skipped", "rejected"],
  RunUnbalanced: [
    "connector",
    "runId",
    "available",
    "imported",
    "partial",
    "skipped",
    "rejected",
    "pending",
  ],
} as const;

/** The metrics, by the same rule. A counter adds up, a gauge says what is so now, a histogram collects single values. */
export const telemetryMetrics = {
  available_deliveries: { kind: "counter", properties: ["connector"] },
  imported_deliveries: { kind: "counter", properties: ["connector"] },
  oldest_pending_hours: { kind: "gauge", properties: ["connector"] },
  connector_silent_hours: { kind: "gauge", properties: ["connector"] },
  connector_refused: { kind: "gauge", properties: ["connector"] },
  source_sign_in_failed: { kind: "gauge", properties: ["connector"] },
  queue_entries: { kind: "gauge", properties: ["queue"] },
  breaker_open: { kind: "gauge", properties: ["reason"] },
  graph_throttled_requests: { kind: "counter", properties: ["connector"] },
  graph_requests_per_item: { kind: "histogram", properties: ["connector"] },
} as const;

export type EventName = keyof typeof telemetryEvents;
export type MetricName = keyof typeof telemetryMetrics;
export type EventProperties<N extends EventName> = Readonly<
  Record<(typeof telemetryEvents)[N][number], string | number>
>;
export type MetricProperties<N extends MetricName> = Readonly<
  Record<(typeof telemetryMetrics)[N]["properties"][number], string>
>;

/** A stage's work on one item. */
export interface ItemStage {
  readonly stage: "collect" | "convert" | "import";
  readonly connector: string;
  readonly itemKey: string;
  readonly runId: string;
  /** The W3C trace context that the item brings along; without it a trace begins. */
  readonly traceparent?: string;
}

/**
 * What the app tells those who watch it. Nothing here waits or fails: an archive
 * goes on working while nobody can be told.
 */
export interface Telemetry {
  /** Runs the work as a span of the item's trace: one trace leads from the source to the mailbox. */
  stage<T>(of: ItemStage, work: () => Promise<T>): Promise<T>;
  /** The trace context of the stage at work, for the item to take along; none where nobody watches. */
  traceparent(): string | undefined;
  /**
   * Runs one request to Graph as a dependency of the stage at work. `name` holds
   * no id; `statusOf` tells what Graph answered when the work threw.
   */
  request<T>(
    name: string,
    work: () => Promise<T>,
    statusOf: (error: unknown) => number | undefined,
  ): Promise<T>;
  /** How many requests to Graph the stage at work has made so far. */
  requests(): number;
  event<N extends EventName>(name: N, properties: EventProperties<N>): void;
  measure<N extends MetricName>(name: N, value: number, properties: MetricProperties<N>): void;
}

/** Whose an entry is that is no import job: nobody can say. */
export const UNKNOWN_ENTRY = { connector: "unknown", runId: "", itemKey: "" } as const;

/** Telemetry that nobody gets. */
export const noTelemetry: Telemetry = {
  stage: (_of, work) => work(),
  traceparent: () => undefined,
  request: (_name, work) => work(),
  requests: () => 0,
  event() {},
  measure() {},
};
