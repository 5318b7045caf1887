import { randomUUID } from "node:crypto";
import type { App } from "./app.ts";
import type { Outcome } from "./app-worker.ts";
import type { TypedData } from "./core-api.ts";
import type { Log, LogRecord } from "./log.ts";

/** Why a function is called, and with what. */
interface Call {
  readonly functionName: string;
  /** For the log; names of queues and containers, never content. */
  readonly reason: string;
  readonly trigger: TypedData;
  readonly triggerMetadata?: Record<string, TypedData>;
}

/** What setTimeout can count; a longer time would run out at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Calls functions of the app, with the log lines that the Functions host writes around a call. */
export interface Invocations {
  /** Never rejects. */
  run(call: Call): Promise<Outcome>;
}

export function hostInvocations(deps: {
  app: App;
  log: Log;
  functionTimeoutMs: number;
}): Invocations {
  const { app, log, functionTimeoutMs } = deps;

  return {
    async run({ functionName, reason, trigger, triggerMetadata = {} }) {
      const invocationId = randomUUID();
      const say = (record: Pick<LogRecord, "level" | "message" | "error">) =>
        log({
          ...record,
          category: `Function.${functionName}`,
          function: functionName,
          invocationId,
        });

      // The app may be on its way up again; the time-out is for the function, not for that.
      await app.ready().catch(() => {});
      say({
        level: "information",
        message: `Executing 'Functions.${functionName}' (Reason='${reason}', Id=${invocationId})`,
      });
      const startedAt = performance.now();
      const timeout = setTimeout(
        () => {
          say({
            level: "error",
            message: `Timeout value of ${functionTimeoutMs} ms exceeded by function 'Functions.${functionName}' (Id: '${invocationId}'). Ending the app process.`,
          });
          void app.recycle();
        },
        Math.min(functionTimeoutMs, LONGEST_TIMER_MS),
      );
      const outcome = await app.invoke({ functionName, invocationId, trigger, triggerMetadata });
      clearTimeout(timeout);

      const took = `Id=${invocationId}, Duration=${Math.round(performance.now() - startedAt)}ms`;
      if (outcome.kind === "succeeded") {
        say({
          level: "information",
          message: `Executed 'Functions.${functionName}' (Succeeded, ${took})`,
        });
      } else if (outcome.kind === "failed") {
        const { stack, message } = outcome.error;
        say({
          level: "error",
          message: `Executed 'Functions.${functionName}' (Failed, ${took})`,
          error: stack ?? message,
        });
      }
      return outcome;
    },
  };
}
