import { z } from "zod";
import { ITEM_KEY } from "../../domain/item-key.ts";
import { OperationError } from "../operation-error.ts";
import { giveOrder } from "../orders/give-order.ts";
import { countSetAside, listSetAside, type SetAsideEntry } from "../set-aside/list-set-aside.ts";
import { isEmpty, Selection } from "../set-aside/selection.ts";
import { findStrangers } from "../set-aside/strangers.ts";
import { orderAnswer } from "./order-routes.ts";
import { Day, everyRole, json, jsonBody, queryOf, type Route, type Trace, Why } from "./route.ts";

const MOST_LISTED = 500;

const Listed = z.object({
  code: z.string().optional(),
  connector: z.string().optional(),
  from: Day.optional(),
  until: Day.optional(),
  /** Where the page before ended. */
  after: z.string().optional(),
});

const Change = Selection.extend({
  why: Why,
  /** Everything that is set aside, whatever it is. */
  all: z.boolean().default(false),
});
const Strangers = z.strictObject({
  messageIds: z.array(z.string().min(1)).min(1, "must name the entries meant"),
  why: Why,
});
const Redrive = Change.extend({ again: z.boolean().default(false) });

/** What is set aside: seen, taken up again, discarded. */
export const poisonRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "poison",
    roles: everyRole,
    action: "poison.list",
    async answer(call, { ledger }) {
      const { after, ...asked } = queryOf(Listed, call);
      const selection = selectionOf(asked);
      const [itemKey = "", mailbox] = after?.split("_") ?? [];
      const start = { itemKey, ...(mailbox !== undefined && { mailbox }) };
      const entries: SetAsideEntry[] = [];
      let next: string | undefined;
      for await (const entry of listSetAside(selection, ledger, after ? { after: start } : {})) {
        const last = entries.at(-1)?.listed;
        if (entries.length === MOST_LISTED || (last && !call.mayGoOn())) {
          next = last && [last.itemKey, last.mailbox].filter(Boolean).join("_");
          break;
        }
        entries.push(entry);
      }
      return json({ entries: entries.map(shown), ...(next && { next }) });
    },
  },
  {
    method: "GET",
    path: "poison/counts",
    roles: everyRole,
    action: "poison.count",
    async answer(_call, { ledger }) {
      return json({ connectors: await countSetAside(ledger) });
    },
  },
  {
    method: "GET",
    path: "poison/:item",
    roles: everyRole,
    action: "poison.show",
    async answer({ params }, { ledger }) {
      const item = params["item"] ?? "";
      if (!ITEM_KEY.test(item)) {
        throw new OperationError("bad-request", "The item must be named by its key.");
      }
      const entries: SetAsideEntry[] = [];
      for await (const entry of listSetAside({ items: [item] }, ledger)) entries.push(entry);
      if (entries.length === 0) {
        throw new OperationError(
          "not-found",
          "Nothing of this item is set aside: `item` tells its way.",
        );
      }
      return json({ entries: entries.map(shown) });
    },
  },
  {
    method: "POST",
    path: "poison/strangers",
    roles: ["Archive.Operator", "Archive.Administrator"],
    action: "poison.strangers",
    async answer({ mayGoOn }, ports) {
      return json(await findStrangers(ports, { mayGoOn }));
    },
  },
  {
    method: "POST",
    path: "poison/strangers/discard",
    roles: ["Archive.Administrator"],
    action: "poison.discard-strangers",
    trace: (call) => {
      const { why, messageIds } = jsonBody(Strangers, call);
      return { why, detail: { messageIds } };
    },
    async answer(call, ports) {
      const { messageIds } = jsonBody(Strangers, call);
      const { mayGoOn } = call;
      return json(await findStrangers(ports, { mayGoOn, discard: messageIds }));
    },
  },
  {
    method: "POST",
    path: "poison/redrive",
    roles: ["Archive.Operator"],
    action: "poison.redrive",
    trace: (call) => traceOf(jsonBody(Redrive, call)),
    async answer(call, ports) {
      const { why, all, again, ...selection } = jsonBody(Redrive, call);
      refuseEverything(selection, all);
      if (again && !selection.items?.length) {
        throw new OperationError("bad-request", "items: `again` needs the keys of the items meant");
      }
      const order = { kind: "redrive" as const, by: call.caller.id, why };
      const parameters = { selection, again };
      return orderAnswer(await giveOrder({ ...order, parameters }, ports, call), call);
    },
  },
  {
    method: "POST",
    path: "poison/discard",
    roles: ["Archive.Administrator"],
    action: "poison.discard",
    trace: (call) => traceOf(jsonBody(Change, call)),
    async answer(call, ports) {
      const { why, all, ...selection } = jsonBody(Change, call);
      refuseEverything(selection, all);
      const order = { kind: "discard" as const, by: call.caller.id, why };
      const parameters = { selection };
      return orderAnswer(await giveOrder({ ...order, parameters }, ports, call), call);
    },
  },
];

function selectionOf(asked: object): Selection {
  const parsed = Selection.safeParse(asked);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new OperationError("bad-request", faults.join("\n"));
}

function refuseEverything(selection: Selection, all: boolean): void {
  if (!isEmpty(selection) || all) return;
  throw new OperationError(
    "bad-request",
    "Name what is meant (items, code, connector, from, until), or say all: true.",
  );
}

function traceOf({ why, ...detail }: z.infer<typeof Change>): Trace {
  return { why, detail };
}

function shown({ item, delivery, listed, code, detail }: SetAsideEntry) {
  const { itemKey, connector, receivedAt, size, mediaType, runId } = item;
  return {
    itemKey,
    ...(delivery && { mailbox: delivery.mailbox }),
    connector,
    runId: delivery?.runId ?? runId,
    code,
    detail,
    at: listed.at,
    receivedAt,
    size,
    mediaType,
  };
}
