import { app } from "@azure/functions";
import { collectAll } from "../shared/pipeline/collect-all.ts";
import { triggerSettings } from "../shared/settings.ts";
import { invoke } from "./invoke.ts";

/** Well before the host's own limit (30 min), at which it kills the worker and all that runs there. */
const BUDGET_MS = 12 * 60_000;

app.timer("collect", {
  schedule: triggerSettings().collectSchedule,
  handler: (_timer, context) =>
    invoke(context, async (archive) => {
      const tick = archive.now();
      const mayGoOn = () => archive.now().getTime() - tick.getTime() < BUDGET_MS;
      await collectAll(archive, { tick, mayGoOn });
    }),
});
