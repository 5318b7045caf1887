import type { InvocationContext } from "@azure/functions";
import { logTo } from "../shared/adapters/invocation-log.ts";
import { type App, compose } from "../shared/compose.ts";
import { speechless } from "../shared/domain/speechless.ts";

/** Runs one invocation's work with the composed app, its storage provisioned, its logs and telemetry in place. */
export function invoke<T>(context: InvocationContext, work: (app: App) => Promise<T>): Promise<T> {
  return logTo(context, async () => {
    try {
      const app = compose();
      await Promise.all([app.provision(), app.telemetry.start()]);
      return await app.telemetry.invocation(context.traceContext?.traceParent, () => work(app));
    } catch (error) {
      throw speechless(error);
    }
  });
}
