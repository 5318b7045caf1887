import { AsyncLocalStorage } from "node:async_hooks";
import type { Log, LogFields } from "../pipeline/ports.ts";

/** What the Functions host gives each invocation to write to. */
export interface LogSink {
  info(...args: unknown[]): void;
  warn(...args: unknown[]): void;
  error(...args: unknown[]): void;
}

const current = new AsyncLocalStorage<LogSink>();

/** Runs the work so that what it logs belongs to this invocation. */
export function logTo<T>(sink: LogSink, work: () => Promise<T>): Promise<T> {
  return current.run(sink, work);
}

/** A static message and its fields as JSON, to whatever invocation is at work. */
export const invocationLog: Log = {
  info: (message, fields) => write("info", message, fields),
  warn: (message, fields) => write("warn", message, fields),
  error: (message, fields) => write("error", message, fields),
};

function write(level: keyof LogSink, message: string, fields: LogFields = {}): void {
  current.getStore()?.[level](message, JSON.stringify(fields));
}
