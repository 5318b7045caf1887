import { app } from "@azure/functions";
import { reconcile } from "../shared/pipeline/reconcile.ts";
import { triggerSettings } from "../shared/settings.ts";
import { invoke } from "./invoke.ts";

const BUDGET_MS = 10 * 60_000;

app.timer("reconcile", {
  schedule: triggerSettings().reconcileSchedule,
  handler: (_timer, context) =>
    invoke(context, async (archive) => {
      const began = archive.now().getTime();
      const { open, closed, mended, sealed } = await reconcile(
        archive,
        () => archive.now().getTime() - began < BUDGET_MS,
      );
      archive.log.info("runs reconciled", {
        open: open.length,
        closed: closed.length,
        mended,
        sealed,
      });
    }),
});
