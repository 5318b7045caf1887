import type { LogRecord } from "../host/log.ts";

/** What the app has said: a static message, and ids and codes. */
export interface AppEvent {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The app's own record in a line of the host's log; nothing when the line is somebody else's. */
export function appEvent({ category, message }: LogRecord): AppEvent | undefined {
  if (!category.endsWith(".User")) return undefined;
  const brace = message.indexOf(" {");
  if (brace < 0) return { name: message, fields: {} };
  try {
    return { name: message.slice(0, brace), fields: JSON.parse(message.slice(brace + 1)) };
  } catch {
    return { name: message, fields: {} };
  }
}

/**
 * What a person has to look at, in a line: an error that the app has logged. Nothing for other
 * records. An item that is set aside is no error; it is accounted for.
 */
export function faultIn(record: LogRecord): string | undefined {
  const event = isError(record) ? appEvent(record) : undefined;
  if (!event) return undefined;
  const { name, fields } = event;
  const { connector, fault, code, detail } = fields;
  switch (name) {
    case "connector refused":
      // The fault begins with the connector's id, then names the field and the remedy.
      return `config/connectors/${connector}.json: ${String(fault).replace(`${connector}: `, "")}`;
    case "mapping refused":
    case "mapping missing":
      return `${connector}: ${fault}`;
    case "source failed":
      return `${connector}: the source could not be collected (${code}, ${detail})${
        code === "stopped"
          ? ": check username in its connector file, and the variable that passwordSetting names"
          : "; the next collection tries again"
      }`;
    default:
      return [name, ...Object.entries(fields).map(([key, value]) => `${key} ${value}`)].join(", ");
  }
}

/** Which connector has been collected, and how that ended; nothing for other records. */
export function collectionIn(record: LogRecord): [connector: string, result: string][] {
  const event = appEvent(record);
  if (event?.name !== "connector collected") return [];
  return [[String(event.fields["connector"]), String(event.fields["result"])]];
}

/** Whether something was converted or imported, or was tried. */
export function isWork(record: LogRecord): boolean {
  return record.function === "convert" || record.function === "import";
}

/** An invocation that failed, and is tried again or was the last try: what failed, and how. */
export function failureIn(record: LogRecord): string | undefined {
  if (!isError(record) || appEvent(record)) return undefined;
  const [cause = record.message] = record.error?.split("\n") ?? [];
  return `${record.function ?? record.category}: ${cause}`;
}

function isError({ level }: LogRecord): boolean {
  return level === "error" || level === "critical";
}
