import type { CollectAllPorts } from "../pipeline/collect-all.ts";
import type { Connector } from "../pipeline/connector.ts";
import type { Directory } from "../pipeline/ports.ts";
import type { ReconcileAllPorts } from "../pipeline/reconcile.ts";
import type { Diagnostics } from "./doctor.ts";
import type { OperationLog } from "./operation-log.ts";
import type { Orders } from "./orders/order.ts";

/** What operators' work is done with: the stages' own ports, and some of its own. */
export interface OperationsPorts extends CollectAllPorts, ReconcileAllPorts {
  readonly directory: Directory;
  readonly orders: Orders;
  readonly operationLog: OperationLog;
  /** Proves that Graph can be asked; throws when it cannot. */
  readonly askGraph: () => Promise<void>;
  /** What a connector file alone cannot show: a password setting that is missing, a host that is not allowed. */
  readonly connectorFaults: (connector: Connector) => readonly string[];
  readonly provision: () => Promise<void>;
  readonly diagnostics: Diagnostics;
  /** Tries a test mailbox as `docs/graph.md` describes; takes minutes. */
  readonly tenantCheck: (mailbox: string) => Promise<readonly TenantVerdict[]>;
  /** What stands for a person in logs: salted. */
  readonly hashOf: (person: string) => string;
  /** Four hex digits that tell two ids of one moment apart. */
  readonly newId: () => string;
}

/** What one of the tests of `docs/graph.md` showed. */
export interface TenantVerdict {
  readonly test: string;
  readonly title: string;
  readonly verdict: "passed" | "failed" | "not-run";
  readonly detail: string;
  readonly manual?: readonly string[];
}
