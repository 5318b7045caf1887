import { DeferredError } from "../../domain/errors.ts";
import { LeaseLostError } from "../../pipeline/lease.ts";
import type { Log } from "../../pipeline/ports.ts";
import type { OperationLog } from "../operation-log.ts";
import type { Order, OrderChange, OrderKind, OrderLease, Orders } from "./order.ts";

/** After so many failures in a row an order is given up; what it did so far stays done. */
const LAST_TRY = 5;

/** How an order's work is told of, and told to stop. */
export interface OrderStep {
  /** Asked before each piece of work. */
  readonly mayGoOn: () => boolean;
  /** Cheap to call often; throws when another host has taken the order over. */
  keep(): Promise<void>;
  /** What is saved is where the next step goes on. */
  save(change: Pick<OrderChange, "progress" | "cursor" | "result">): Promise<void>;
}

/** How one kind of order is done. */
export interface OrderWork {
  /**
   * Carries the order on from its cursor, as far as time allows. Doing again what a
   * host that died had done already must change nothing.
   */
  carryOn(
    order: Order,
    step: OrderStep,
  ): Promise<{ done: false } | { done: true; result: Readonly<Record<string, unknown>> }>;
  /** Leaves nothing open behind an order that failed too often. */
  giveUp?(order: Order): Promise<void>;
}

export interface CarryPorts {
  readonly orders: Orders;
  readonly operationLog: OperationLog;
  readonly log: Log;
  readonly now: () => Date;
}

/** Carries every running order on, oldest first, while `mayGoOn`. */
export async function carryOrders(
  works: Readonly<Record<OrderKind, OrderWork>>,
  ports: CarryPorts,
  mayGoOn: () => boolean,
): Promise<void> {
  const running: string[] = [];
  for await (const { id } of ports.orders.list({ state: "running" })) running.push(id);
  for (const id of running) {
    if (!mayGoOn()) return;
    await carryOrder(id, works, ports, mayGoOn);
  }
}

/** Carries one order on, and returns it as it then stands; nothing when there is no such order. */
export async function carryOrder(
  id: string,
  works: Readonly<Record<OrderKind, OrderWork>>,
  ports: CarryPorts,
  mayGoOn: () => boolean,
): Promise<Order | undefined> {
  const lease = await ports.orders.lease(id);
  if (!lease) return ports.orders.get(id);
  try {
    if (lease.order.state === "running") await work(lease, works, ports, mayGoOn);
  } finally {
    await lease.release();
  }
  return ports.orders.get(id);
}

async function work(
  lease: OrderLease,
  works: Readonly<Record<OrderKind, OrderWork>>,
  { operationLog, log, now }: CarryPorts,
  mayGoOn: () => boolean,
): Promise<void> {
  const { order } = lease;
  const { id, kind, by } = order;
  const fields = { order: id, kind };
  try {
    const end = await works[kind].carryOn(order, { mayGoOn, keep: lease.keep, save: lease.save });
    if (!end.done) return;
    await operationLog.record({
      by,
      action: "order finished",
      detail: { ...fields, ...end.result },
    });
    await lease.save({ state: "done", result: end.result, finishedAt: now(), tries: 0 });
    log.info("order finished", fields);
  } catch (error) {
    // Graph or a source is away: the order waits for it, and no try is counted.
    if (error instanceof DeferredError) return;
    if (error instanceof LeaseLostError) throw error;
    const failure = error instanceof Error ? error.name : typeof error;
    const tries = order.tries + 1;
    const gaveUp = tries >= LAST_TRY;
    log.error("order failed", { ...fields, error: failure, tries });
    if (gaveUp) await works[kind].giveUp?.(order);
    await lease.save({
      tries,
      failure,
      ...(gaveUp && { state: "failed" as const, finishedAt: now() }),
    });
  }
}
