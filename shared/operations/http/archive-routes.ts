import { z } from "zod";
import { doctor } from "../doctor.ts";
import type { OperationEntry } from "../operation-log.ts";
import { giveOrder } from "../orders/give-order.ts";
import { orderFiles } from "../scan/order-files.ts";
import { statusOf } from "../status.ts";
import { VerifyParameters } from "../verify/verify-order.ts";
import { orderAnswer } from "./order-routes.ts";
import { Day, everyRole, json, jsonBody, queryOf, type Route, Why } from "./route.ts";

const MOST_LISTED = 1_000;

const Verify = VerifyParameters.extend({ why: Why }).strict();
const Rebuild = z.strictObject({ connector: z.string().optional(), why: Why });
const Doctor = z.strictObject({
  /** Addresses whose mailboxes are tried; absent: those of the mapping files, a few of each. */
  addresses: z.array(z.string()).max(50).optional(),
});
const TenantCheck = z.strictObject({
  /** The address or object id of a mailbox that is for tests. */
  mailbox: z.string({ error: "must name a test mailbox" }).min(1, "must name a test mailbox"),
  why: Why,
});
const Entries = z.object({ from: Day.optional(), until: Day.optional() });

/** The archive as a whole: is everything there, is it unaltered, can it work. */
export const archiveRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "status",
    roles: everyRole,
    action: "status",
    async answer(_call, ports) {
      return json(await statusOf(ports));
    },
  },
  {
    method: "POST",
    path: "doctor",
    roles: ["Archive.Operator", "Archive.Administrator"],
    action: "doctor",
    async answer(call, ports) {
      return json(await doctor(jsonBody(Doctor, call), ports));
    },
  },
  {
    method: "POST",
    path: "tenant-check",
    roles: ["Archive.Administrator"],
    action: "tenant-check",
    trace: (call, ports) => {
      const { mailbox, why } = jsonBody(TenantCheck, call);
      return { why, detail: { person: ports.hashOf(mailbox) } };
    },
    async answer(call, ports) {
      const { mailbox, why } = jsonBody(TenantCheck, call);
      const order = { kind: "tenant-check" as const, by: call.caller.id, why, parameters: {} };
      const prepare = (id: string) => orderFiles(id, ports.files).putAsked(Buffer.from(mailbox));
      const { mayGoOn } = call;
      return orderAnswer(await giveOrder(order, ports, { mayGoOn, prepare }), call);
    },
  },
  {
    method: "POST",
    path: "verify",
    roles: ["Archive.Auditor"],
    action: "verify",
    trace: (call) => {
      const { why, ...detail } = jsonBody(Verify, call);
      return { why, detail };
    },
    async answer(call, ports) {
      const { why, ...parameters } = jsonBody(Verify, call);
      const order = { kind: "verify" as const, by: call.caller.id, why, parameters };
      return orderAnswer(await giveOrder(order, ports, call), call);
    },
  },
  {
    method: "POST",
    path: "ledger/rebuild",
    roles: ["Archive.Administrator"],
    action: "ledger.rebuild",
    trace: (call) => {
      const { why, ...detail } = jsonBody(Rebuild, call);
      return { why, detail };
    },
    async answer(call, ports) {
      const { why, ...parameters } = jsonBody(Rebuild, call);
      const order = { kind: "rebuild" as const, by: call.caller.id, why, parameters };
      return orderAnswer(await giveOrder(order, ports, call), call);
    },
  },
  {
    method: "GET",
    path: "operations",
    roles: ["Archive.Auditor"],
    action: "operations.list",
    async answer(call, { operationLog }) {
      const { from, until } = queryOf(Entries, call);
      const found: OperationEntry[] = [];
      for await (const { entry } of operationLog.entries()) {
        const day = entry?.at.slice(0, 10) ?? "";
        if (!entry || (from && day < from) || (until && day > until)) continue;
        found.push(entry);
        if (found.length > MOST_LISTED) found.shift();
      }
      return json({ operations: found });
    },
  },
];
