import { dryRunWork } from "../mapping/dry-run.ts";
import { misdeliveredWork } from "../mapping/misdelivered.ts";
import { unmappedReportWork } from "../mapping/unmapped-report.ts";
import type { OperationsPorts } from "../ports.ts";
import { rebuildWork } from "../rebuild/rebuild-order.ts";
import { discardWork } from "../set-aside/discard-order.ts";
import { redriveWork } from "../set-aside/redrive-order.ts";
import { tenantCheckWork } from "../tenant-check.ts";
import { verifyWork } from "../verify/verify-order.ts";
import type { OrderWork } from "./carry-orders.ts";
import type { OrderKind } from "./order.ts";

/** How each kind of order is carried on. */
export function orderWorks(ports: OperationsPorts): Readonly<Record<OrderKind, OrderWork>> {
  return {
    redrive: redriveWork(ports),
    discard: discardWork(ports),
    verify: verifyWork(ports),
    rebuild: rebuildWork(ports),
    "dry-run": dryRunWork(ports),
    "unmapped-report": unmappedReportWork(ports),
    misdelivered: misdeliveredWork(ports),
    "tenant-check": tenantCheckWork(ports),
  };
}
