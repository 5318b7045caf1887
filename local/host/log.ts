import type { LogLevel } from "./core-api.ts";

/** One line of the host's log: of the app, of its console, or of the host itself. */
export interface LogRecord {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly level: LogLevel;
  /**
   * As on Azure: `Function.<name>.User` is what the function logged, `Function.<name>` what the
   * host says of its invocations, `Host.Function.Console` what the app wrote to its console.
   */
  readonly category: string;
  readonly function?: string;
  readonly invocationId?: string;
  readonly message: string;
  /** The stack of what was thrown, where something was. */
  readonly error?: string;
}

export type LogSink = (record: LogRecord) => void;
export type Log = (record: Omit<LogRecord, "time">) => void;

export const LOG_LEVELS: readonly LogLevel[] = [
  "trace",
  "debug",
  "information",
  "warning",
  "error",
  "critical",
  "none",
];

/**
 * A log that passes on what `logging.logLevel` of host.json lets through.
 *
 * As on Azure the longest category prefix decides, then `default`, then `information`.
 */
export function hostLog(
  sink: LogSink,
  levels: Readonly<Record<string, LogLevel>>,
  now: () => Date,
): Log {
  return (record) => {
    if (
      LOG_LEVELS.indexOf(record.level) >= LOG_LEVELS.indexOf(threshold(record.category, levels))
    ) {
      sink({ time: now().toISOString(), ...record });
    }
  };
}

function threshold(category: string, levels: Readonly<Record<string, LogLevel>>): LogLevel {
  const prefixes = Object.keys(levels)
    .filter((prefix) => category.startsWith(prefix))
    .sort((a, b) => b.length - a.length);
  return levels[prefixes[0] ?? "default"] ?? "information";
}
