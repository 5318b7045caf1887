import { z } from "zod";
import { sha256 } from "../../domain/item-key.ts";
import { explainMapping } from "../mapping/explain.ts";
import {
  checkMapping,
  customOf,
  mappingState,
  mappingTemplate,
  uploadMapping,
} from "../mapping/mapping-files.ts";
import { OperationError } from "../operation-error.ts";
import { giveOrder } from "../orders/give-order.ts";
import type { OperationsPorts } from "../ports.ts";
import { orderFiles } from "../scan/order-files.ts";
import { connectorOf } from "./connector-of.ts";
import { orderAnswer } from "./order-routes.ts";
import {
  Day,
  everyRole,
  file,
  json,
  jsonBody,
  queryOf,
  type Route,
  Why,
  whyHeader,
} from "./route.ts";

const DAY_MS = 24 * 3_600_000;

const Asked = z.strictObject({
  number: z.string().min(1).optional(),
  address: z.string().min(1).optional(),
  at: z.iso.datetime("must be a moment, yyyy-MM-ddTHH:mm:ssZ").optional(),
});
const DryRun = z.object({
  days: z.coerce.number().int().min(1).max(366).default(30),
});
const Misdelivered = z.strictObject({
  number: z.string().min(1, "must be the number that was mapped to the wrong person"),
  from: Day,
  until: Day,
  /** The wrong person's address; absent: whatever the custom mapping gave. */
  address: z.string().optional(),
  why: Why,
});

/** The custom mapping: checked, put in force, tried without being in force, explained. */
export const mappingRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "mapping/template",
    roles: everyRole,
    action: "mapping.template",
    async answer() {
      return file(mappingTemplate(), { name: "mapping.csv", type: "text/csv; charset=utf-8" });
    },
  },
  {
    method: "POST",
    path: "mapping/check",
    roles: ["Archive.Administrator"],
    action: "mapping.check",
    async answer({ body }) {
      return json(checkMapping(body, "the file"));
    },
  },
  {
    method: "GET",
    path: "connectors/:connector/mapping",
    roles: everyRole,
    action: "mapping.show",
    async answer({ params }, ports) {
      return json(await mappingState(await connectorOf(params["connector"], ports), ports));
    },
  },
  {
    method: "PUT",
    path: "connectors/:connector/mapping",
    roles: ["Archive.Administrator"],
    action: "mapping.upload",
    trace: (call) => ({
      why: whyHeader(call),
      detail: { connector: call.params["connector"], sha256: sha256(call.body) },
    }),
    async answer({ params, body }, ports) {
      const connector = await connectorOf(params["connector"], ports);
      return json(await uploadMapping(connector, body, ports));
    },
  },
  {
    method: "POST",
    path: "connectors/:connector/mapping/explain",
    roles: ["Archive.Auditor", "Archive.Operator", "Archive.Administrator"],
    action: "mapping.explain",
    async answer(call, ports) {
      const { number, address, at } = jsonBody(Asked, call);
      if (number === undefined && address === undefined) {
        throw new OperationError("bad-request", "number or address: one must be given");
      }
      const connector = await connectorOf(call.params["connector"], ports);
      const asked = {
        ...(number !== undefined && { number }),
        ...(address !== undefined && { address }),
        at: at === undefined ? ports.now() : new Date(at),
      };
      return json(await explainMapping(connector, asked, ports));
    },
  },
  {
    method: "POST",
    path: "connectors/:connector/mapping/dry-run",
    roles: ["Archive.Administrator"],
    action: "mapping.dry-run",
    trace: (call) => ({
      why: whyHeader(call),
      detail: { connector: call.params["connector"], sha256: sha256(call.body) },
    }),
    async answer(call, ports) {
      const { days } = queryOf(DryRun, call);
      const why = whyHeader(call);
      const connector = await connectorOf(call.params["connector"], ports);
      checkMapping(call.body, customOf(connector));
      const until = ports.now();
      const from = new Date(until.getTime() - (days - 1) * DAY_MS);
      const parameters = { connector: connector.id, from: dayOf(from), until: dayOf(until) };
      const order = { kind: "dry-run" as const, by: call.caller.id, why, parameters };
      const prepare = (id: string) => orderFiles(id, ports.files).putAsked(call.body);
      const { mayGoOn } = call;
      return orderAnswer(await giveOrder(order, ports, { mayGoOn, prepare }), call);
    },
  },
  {
    method: "POST",
    path: "connectors/:connector/mapping/misdelivered",
    roles: ["Archive.Auditor", "Archive.Administrator"],
    action: "mapping.misdelivered",
    trace: (call, ports) => {
      const { why, number, from, until } = jsonBody(Misdelivered, call);
      const person = ports.hashOf(number);
      return { why, detail: { connector: call.params["connector"], person, from, until } };
    },
    async answer(call, ports) {
      const { number, from, until, address, why } = jsonBody(Misdelivered, call);
      const { id: connector } = await connectorOf(call.params["connector"], ports);
      const mailbox = address === undefined ? undefined : await mailboxOf(address, ports);
      const parameters = { connector, from, until, ...(mailbox !== undefined && { mailbox }) };
      const order = { kind: "misdelivered" as const, by: call.caller.id, why, parameters };
      const prepare = (id: string) => orderFiles(id, ports.files).putAsked(Buffer.from(number));
      const { mayGoOn } = call;
      return orderAnswer(await giveOrder(order, ports, { mayGoOn, prepare }), call);
    },
  },
];

async function mailboxOf(address: string, { directory }: OperationsPorts): Promise<string> {
  const answer = await directory.resolve(address);
  if (answer.kind === "mailbox") return answer.mailbox;
  throw new OperationError("bad-request", `address: the directory says ${answer.kind}`);
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
