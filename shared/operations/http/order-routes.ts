import { type Caller, maySeeReasons } from "../caller.ts";
import { OperationError } from "../operation-error.ts";
import type { Order } from "../orders/order.ts";
import type { OperationsPorts } from "../ports.ts";
import { readReport } from "../read-report.ts";
import { type Call, everyRole, file, json, type OperationAnswer, type Route } from "./route.ts";

/** So many are listed, the newest. */
const MOST_LISTED = 50;

/** Long work that was asked for: what it is, how far it is, what came of it. */
export const orderRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "orders",
    roles: everyRole,
    action: "orders.list",
    async answer({ caller }, { orders }) {
      const found: Order[] = [];
      for await (const order of orders.list()) {
        found.push(order);
        if (found.length > MOST_LISTED) found.shift();
      }
      return json({ orders: found.reverse().map((order) => shown(order, caller)) });
    },
  },
  {
    method: "GET",
    path: "orders/:order",
    roles: everyRole,
    action: "orders.show",
    async answer({ params, caller }, ports) {
      return json(shown(await orderOf(params["order"], ports), caller));
    },
  },
  {
    method: "GET",
    path: "orders/:order/report",
    roles: ["Archive.Auditor", "Archive.Administrator"],
    action: "orders.report",
    trace: ({ params }) => ({ detail: { order: params["order"] } }),
    async answer({ params, query }, ports) {
      const { id, result } = await orderOf(params["order"], ports);
      const report = result?.["report"];
      if (typeof report !== "string") {
        throw new OperationError("not-found", `The order ${id} has no report, or is not done yet.`);
      }
      return reportAnswer(report, query.get("format"), ports);
    },
  },
];

/** An order as it is answered: done, or 202 and where to ask for it. */
export function orderAnswer(order: Order, { base, caller }: Call): OperationAnswer {
  if (order.state !== "running") return json(shown(order, caller));
  return json(shown(order, caller), 202, {
    location: `${base}/orders/${order.id}`,
    "retry-after": "15",
  });
}

/** A report as CSV or JSON. */
export async function reportAnswer(
  name: string,
  format: string | null,
  ports: OperationsPorts,
): Promise<OperationAnswer> {
  const extension = format === "csv" ? "csv" : "json";
  const bytes = await readReport(`${name}.${extension}`, ports.files);
  if (!bytes) throw new OperationError("not-found", "There is no such report.");
  const type = extension === "csv" ? "text/csv; charset=utf-8" : "application/json; charset=utf-8";
  const fileName = `${name.slice(name.lastIndexOf("/") + 1)}.${extension}`;
  return file(bytes, { name: fileName, type });
}

/** Where it goes on is nobody's business; why it was asked for not everybody's. */
function shown({ cursor: _, why, ...order }: Order, caller: Caller) {
  return { ...order, ...(maySeeReasons(caller) && { why }) };
}

async function orderOf(id: string | undefined, { orders }: OperationsPorts): Promise<Order> {
  const order = id === undefined ? undefined : await orders.get(id);
  if (order) return order;
  throw new OperationError("not-found", "There is no such order: `orders list` names the last.");
}
