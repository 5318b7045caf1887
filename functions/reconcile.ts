import { app } from "@azure/functions";
import { carryOrders } from "../shared/operations/orders/carry-orders.ts";
import { orderWorks } from "../shared/operations/orders/works.ts";
import { reconcile } from "../shared/pipeline/reconcile.ts";
import { triggerSettings } from "../shared/settings.ts";
import { invoke } from "./invoke.ts";

const BUDGET_MS = 10 * 60_000;
/** What operators asked for goes on after the books are done: both end well before the host's limit (30 min). */
const ORDERS_BUDGET_MS = 8 * 60_000;

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
      const ordersBegan = archive.now().getTime();
      await carryOrders(
        orderWorks(archive),
        archive,
        () => archive.now().getTime() - ordersBegan < ORDERS_BUDGET_MS,
      );
    }),
});
