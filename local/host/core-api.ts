/**
 * The contract between `@azure/functions` and whoever runs it.
 *
 * The library asks for it as the module `@azure/functions-core`, which exists only inside the
 * Functions worker and has no package of its own; the names are the worker's.
 */

export type LogLevel =
  | "trace"
  | "debug"
  | "information"
  | "warning"
  | "error"
  | "critical"
  | "none";
export type LogCategory = "user" | "system" | "customMetric";

/** A value on its way between host and app; exactly one property is set. */
export interface TypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  http?: HttpData;
}

interface NullableString {
  value: string;
}

/** A request on its way in, or a response on its way out. */
export interface HttpData {
  method?: string;
  url?: string;
  nullableHeaders?: Record<string, NullableString>;
  nullableQuery?: Record<string, NullableString>;
  nullableParams?: Record<string, NullableString>;
  statusCode?: string;
  headers?: Record<string, string>;
  cookies?: HttpCookie[];
  body?: TypedData | null;
}

export interface HttpCookie {
  name: string;
  value: string;
  domain?: { value: string };
  path?: { value: string };
  expires?: { value: { seconds: number } };
  secure?: { value: boolean };
  httpOnly?: { value: boolean };
  sameSite?: "none" | "lax" | "strict" | "explicitNone";
  maxAge?: { value: number };
}

export interface BindingInfo {
  readonly type: string;
  readonly direction: "in" | "out" | "inout";
  /** The options the app gave: `queueName`, `path`, `schedule`, `connection`, … */
  readonly [option: string]: unknown;
}

/** One registered function, as the library hands it over. */
export interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, BindingInfo>>;
  readonly retryOptions?: unknown;
}

export interface InvocationRequest {
  readonly invocationId: string;
  readonly inputData: { name: string; data: TypedData }[];
  readonly triggerMetadata: Record<string, TypedData>;
  readonly traceContext: { traceParent: string; traceState: string };
}

interface InvocationResponse {
  readonly returnValue?: TypedData | null;
}

export type FunctionCallback = (...inputs: unknown[]) => unknown;
export type HookCallback = (context: Record<string, unknown>) => unknown;

export interface CoreInvocationContext {
  readonly invocationId: string;
  readonly request: InvocationRequest;
  readonly metadata: FunctionMetadata;
  state: "preInvocationHooks" | "invocation" | "postInvocationHooks" | undefined;
  log(level: LogLevel, category: LogCategory, message: string): void;
}

interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
  getCapabilities?(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

interface Disposable {
  dispose(): void;
}

/** What `require("@azure/functions-core")` gives. */
export interface CoreApi {
  readonly version: string;
  readonly hostVersion: string;
  readonly Disposable: new (callback: () => void) => Disposable;
  setProgrammingModel(model: ProgrammingModel): void;
  getProgrammingModel(): ProgrammingModel | undefined;
  registerHook(name: string, callback: HookCallback): Disposable;
  registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable;
  log(level: LogLevel, category: LogCategory, message: string): void;
}
