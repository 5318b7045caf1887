import type {
  CoreApi,
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  LogCategory,
  LogLevel,
  ProgrammingModel,
  TypedData,
} from "./core-api.ts";
import { invoke, type LogScope } from "./invoke.ts";
import type { AppLog, InvocationOrder } from "./protocol.ts";

const HOOKS = ["appStart", "appTerminate", "preInvocation", "postInvocation", "log"];

/** The side of the app: what it registered, and how that is run. */
export interface FunctionApp {
  /** To be given for `require("@azure/functions-core")`. */
  readonly coreApi: CoreApi;
  readonly functions: ReadonlyMap<
    string,
    { metadata: FunctionMetadata; callback: FunctionCallback }
  >;
  /** Closes registration and runs the `appStart` hooks. Rejects when nothing was registered. */
  start(appRoot: string): Promise<void>;
  /** Rejects with whatever the function or one of its hooks threw. */
  invoke(order: InvocationOrder): Promise<TypedData | null | undefined>;
  /** Runs the `appTerminate` hooks. */
  terminate(): Promise<void>;
}

/** The worker's part of the contract, for one app in this process. */
export function functionApp(report: (log: AppLog) => void): FunctionApp {
  const functions: Map<string, { metadata: FunctionMetadata; callback: FunctionCallback }> =
    new Map();
  const hooks = new Map(HOOKS.map((name) => [name, [] as HookCallback[]]));
  const appHookData = {};
  const appLevelHookData = {};
  let programmingModel: ProgrammingModel | undefined;
  let started = false;

  function hooksNamed(name: string): HookCallback[] {
    const named = hooks.get(name);
    if (named === undefined) {
      // The library looks for these two marks and names the host version the hook needs.
      throw Object.assign(new RangeError(`Unrecognized hook "${name}"`), {
        isAzureFunctionsSystemError: true,
      });
    }
    return named;
  }

  async function runHooks(name: string, context: Record<string, unknown>): Promise<void> {
    for (const hook of hooksNamed(name)) {
      await hook(context);
    }
  }

  function log(level: LogLevel, category: LogCategory, message: string, scope?: LogScope): void {
    const context = {
      level,
      message,
      category,
      hookData: scope?.hookData ?? {},
      appHookData,
      invocationContext: scope?.invocationContext,
    };
    for (const hook of hooksNamed("log")) {
      hook(context);
    }
    // A hook may rewrite what the app says, never what the library says.
    const said = category === "user" ? context : { level, message };
    report({
      level: said.level,
      category,
      message: said.message,
      ...(scope && { functionName: scope.functionName, invocationId: scope.invocationId }),
    });
  }

  class Disposable {
    readonly #callback: () => void;
    constructor(callback: () => void) {
      this.#callback = callback;
    }
    dispose(): void {
      this.#callback();
    }
  }

  return {
    functions,
    coreApi: {
      version: "0.0.0-local",
      hostVersion: "0.0.0-local",
      Disposable,
      setProgrammingModel(model) {
        programmingModel = model;
      },
      getProgrammingModel: () => programmingModel,
      registerHook(name, callback) {
        const named = hooksNamed(name);
        named.push(callback);
        return new Disposable(() => named.splice(named.indexOf(callback), 1));
      },
      registerFunction(metadata, callback) {
        if (started) {
          throw new Error("A function can only be registered during app startup.");
        }
        if (functions.has(metadata.name)) {
          throw new Error(
            `The function "${metadata.name}" is registered twice; give one of them another name.`,
          );
        }
        functions.set(metadata.name, { metadata, callback });
        return new Disposable(() => functions.delete(metadata.name));
      },
      log,
    },
    async start(appRoot) {
      if (functions.size === 0 || programmingModel === undefined) {
        throw new Error("The app registered no function, so there is nothing to run.");
      }
      started = true;
      await runHooks("appStart", {
        hookData: appLevelHookData,
        appHookData,
        functionAppDirectory: appRoot,
      });
      const capabilities = await programmingModel.getCapabilities?.({});
      if (capabilities?.["HttpUri"] !== undefined) {
        throw new Error(
          "The app turns on enableHttpStream, which the local host does not serve; leave it off here.",
        );
      }
    },
    async invoke(order) {
      const registered = functions.get(order.functionName);
      if (registered === undefined || programmingModel === undefined) {
        throw new Error(`The app has no function "${order.functionName}".`);
      }
      return invoke(order, { ...registered, programmingModel, runHooks, log, appHookData });
    },
    async terminate() {
      await runHooks("appTerminate", { hookData: appLevelHookData, appHookData });
    },
  };
}
