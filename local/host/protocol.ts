import type { FunctionMetadata, LogCategory, LogLevel, TypedData } from "./core-api.ts";

/** What the host asks of the app process. */
export type HostMessage =
  | ({ readonly kind: "invoke" } & InvocationOrder)
  | { readonly kind: "terminate" };

/** What the app process tells the host. */
export type AppMessage =
  | { readonly kind: "started"; readonly functions: FunctionMetadata[] }
  | { readonly kind: "start-failed"; readonly error: ErrorReport }
  | ({ readonly kind: "log" } & AppLog)
  | {
      readonly kind: "finished";
      readonly invocationId: string;
      readonly returnValue?: TypedData | null;
    }
  | { readonly kind: "failed"; readonly invocationId: string; readonly error: ErrorReport }
  /** The last one: what was sent before it has arrived. */
  | { readonly kind: "terminated" };

/** One call of one function: what triggered it, before the library's conversions. */
export interface InvocationOrder {
  readonly functionName: string;
  readonly invocationId: string;
  readonly trigger: TypedData;
  readonly triggerMetadata: Record<string, TypedData>;
}

/** A line the app (category `user`) or the library (`system`) logged. */
export interface AppLog {
  readonly level: LogLevel;
  readonly category: LogCategory;
  readonly message: string;
  readonly functionName?: string;
  readonly invocationId?: string;
}

/** An error as it crosses the process border. */
export interface ErrorReport {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

/** Anything can be thrown; the host needs a name, a message and, where there is one, a stack. */
export function errorReport(thrown: unknown): ErrorReport {
  if (thrown instanceof Error) {
    const { name, message, stack } = thrown;
    return stack === undefined ? { name, message } : { name, message, stack };
  }
  return { name: "Error", message: String(thrown) };
}
