import {
  type EventName,
  type ItemStage,
  type MetricName,
  noTelemetry,
  type Telemetry,
} from "../../shared/pipeline/telemetry.ts";

export interface ToldEvent {
  readonly name: EventName;
  readonly properties: Readonly<Record<string, string | number>>;
}
export interface ToldMetric {
  readonly name: MetricName;
  readonly value: number;
  readonly properties: Readonly<Record<string, string>>;
}

/** Keeps what was told, so that a test can read it. */
export function memoryTelemetry(): Telemetry & {
  readonly stages: ItemStage[];
  readonly events: ToldEvent[];
  readonly measured: ToldMetric[];
  /** The properties of the events of this name, in order. */
  eventsOf(name: EventName): ToldEvent["properties"][];
  /** The last value of a metric with these properties. */
  valueOf(name: MetricName, properties: ToldMetric["properties"]): number | undefined;
} {
  const stages: ItemStage[] = [];
  const events: ToldEvent[] = [];
  const measured: ToldMetric[] = [];
  return {
    ...noTelemetry,
    stages,
    events,
    measured,
    eventsOf: (name) => events.filter((it) => it.name === name).map((it) => it.properties),
    valueOf(name, properties) {
      const wanted = JSON.stringify(properties);
      return measured.findLast((it) => it.name === name && JSON.stringify(it.properties) === wanted)
        ?.value;
    },
    stage(of, work) {
      stages.push(of);
      return work();
    },
    event(name, properties) {
      events.push({ name, properties });
    },
    measure(name, value, properties) {
      measured.push({ name, value, properties });
    },
  };
}
