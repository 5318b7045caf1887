import type { InvocationContext } from "@azure/functions";
import { logTo } from "../shared/adapters/invocation-log.ts";
import { type App, compose } from "../shared/compose.ts";

/** Runs one invocation's work with the composed app, its storage provisioned, its logs in place. */
export function invoke<T>(context: InvocationContext, work: (app: App) => Promise<T>): Promise<T> {
  return logTo(context, async () => {
    const app = compose();
    await app.provision();
    return work(app);
  });
}
