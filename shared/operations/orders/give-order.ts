import { stamp } from "../../domain/run-id.ts";
import type { OperationsPorts } from "../ports.ts";
import { carryOrder } from "./carry-orders.ts";
import type { Order } from "./order.ts";
import { orderWorks } from "./works.ts";

/**
 * Stores an order and carries it on as far as `mayGoOn` lets it: what is small is
 * done when this returns, the rest is carried on by the timers.
 *
 * `prepare` is called with the id before the order is stored: an order without what
 * it was asked could not be carried out.
 */
export async function giveOrder(
  { kind, by, why, parameters }: Pick<Order, "kind" | "by" | "why" | "parameters">,
  ports: OperationsPorts,
  options: { mayGoOn: () => boolean; prepare?: (id: string) => Promise<void> },
): Promise<Order> {
  const startedAt = ports.now();
  const id = `${stamp(startedAt)}-${ports.newId()}`;
  await options.prepare?.(id);
  await ports.orders.add({ id, kind, by, why, startedAt, parameters });
  const order = await carryOrder(id, orderWorks(ports), ports, options.mayGoOn);
  if (!order) throw new Error(`The order ${id} is lost.`);
  return order;
}
