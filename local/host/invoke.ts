import type {
  CoreInvocationContext,
  FunctionCallback,
  FunctionMetadata,
  InvocationRequest,
  LogCategory,
  LogLevel,
  ProgrammingModel,
  TypedData,
} from "./core-api.ts";
import type { InvocationOrder } from "./protocol.ts";

/** What a log line belongs to, when it is written during an invocation. */
export interface LogScope {
  readonly functionName: string;
  readonly invocationId: string;
  readonly hookData: Record<string, unknown>;
  invocationContext?: unknown;
}

interface InvokedApp {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
  readonly programmingModel: ProgrammingModel;
  readonly appHookData: Record<string, unknown>;
  runHooks(name: string, context: Record<string, unknown>): Promise<void>;
  log(level: LogLevel, category: LogCategory, message: string, scope?: LogScope): void;
}

/**
 * Calls one function the way the Functions worker does.
 *
 * The library turns the trigger's data into arguments and the result into a response;
 * `preInvocation` hooks may replace inputs and handler, `postInvocation` hooks result and error,
 * and run whether or not the handler threw.
 */
export async function invoke(
  order: InvocationOrder,
  app: InvokedApp,
): Promise<TypedData | null | undefined> {
  const hookData = {};
  const scope: LogScope = {
    functionName: order.functionName,
    invocationId: order.invocationId,
    hookData,
  };
  const core: CoreInvocationContext = {
    invocationId: order.invocationId,
    request: invocationRequest(order, app.metadata),
    metadata: app.metadata,
    state: undefined,
    log: (level, category, message) => app.log(level, category, message, scope),
  };

  const model = app.programmingModel.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  scope.invocationContext = context;

  const before = {
    hookData,
    appHookData: app.appHookData,
    invocationContext: context,
    functionCallback: app.callback,
    inputs,
  };
  await during(core, "preInvocationHooks", () => app.runHooks("preInvocation", before));

  const after: Record<string, unknown> = {
    hookData,
    appHookData: app.appHookData,
    invocationContext: context,
    inputs: before.inputs,
    result: null,
    error: null,
  };
  try {
    after["result"] = await during(core, "invocation", () =>
      model.invokeFunction(context, before.inputs, before.functionCallback),
    );
  } catch (error) {
    // `throw undefined` is a failure too, and a hook must see one.
    after["error"] = error ?? new Error("The function threw nothing.");
  }
  await during(core, "postInvocationHooks", () => app.runHooks("postInvocation", after));

  if (after["error"] !== null && after["error"] !== undefined) {
    throw after["error"];
  }
  const response = await model.getResponse(context, after["result"]);
  return response.returnValue;
}

async function during<T>(
  core: CoreInvocationContext,
  state: NonNullable<CoreInvocationContext["state"]>,
  work: () => Promise<T>,
): Promise<T> {
  core.state = state;
  try {
    return await work();
  } finally {
    core.state = undefined;
  }
}

function invocationRequest(order: InvocationOrder, metadata: FunctionMetadata): InvocationRequest {
  const trigger = Object.entries(metadata.bindings).find(([, { type }]) => /trigger$/i.test(type));
  if (trigger === undefined) {
    throw new Error(`The function "${metadata.name}" has no trigger.`);
  }
  return {
    invocationId: order.invocationId,
    inputData: [{ name: trigger[0], data: order.trigger }],
    triggerMetadata: order.triggerMetadata,
    // What the host sends when there is no Application Insights: empty, not absent.
    traceContext: { traceParent: "", traceState: "" },
  };
}
