import { z } from "zod";
import { itemKey } from "../../domain/item-key.ts";
import { maySeeReasons } from "../caller.ts";
import { emailOf, type Part, rawOf } from "../items/content.ts";
import { exportToken, isExportToken } from "../items/export-token.ts";
import { findItems, type Person } from "../items/find-items.ts";
import { checkedKey, showItem } from "../items/show-item.ts";
import type { OperationsPorts } from "../ports.ts";
import {
  type Call,
  Day,
  everyRole,
  file,
  json,
  jsonBody,
  type OperationAnswer,
  type Route,
  type Trace,
  Why,
} from "./route.ts";

const Asked = z.strictObject({
  connector: z.string().optional(),
  from: Day,
  until: Day,
  person: z
    .strictObject({
      mailbox: z.string().optional(),
      address: z.string().optional(),
      number: z.string().optional(),
    })
    .optional(),
});
const Named = z.strictObject({ connector: z.string().min(1), sourceItemId: z.string().min(1) });
const Export = Asked.extend({ why: Why });
const Page = Asked.extend({ start: z.int().nonnegative().default(0) });

/** Items: their way, their content, and exports of both. */
export const itemRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "items/:item",
    roles: everyRole,
    action: "items.show",
    async answer({ params, caller }, ports) {
      const key = checkedKey(params["item"] ?? "");
      const withSourceId = caller.roles.has("Archive.Auditor");
      const withReasons = maySeeReasons(caller);
      return json(await showItem(key, ports, { withSourceId, withReasons }));
    },
  },
  {
    method: "POST",
    path: "items/find",
    roles: everyRole,
    action: "items.find",
    async answer(call) {
      const { connector, sourceItemId } = jsonBody(Named, call);
      return json({ itemKey: itemKey(connector, sourceItemId) });
    },
  },
  content("email", emailOf),
  content("raw", rawOf),
  {
    method: "POST",
    path: "exports",
    roles: ["Archive.Auditor"],
    action: "exports.start",
    trace: (call, ports) => {
      const { why, person, ...detail } = jsonBody(Export, call);
      return { why, detail: { ...detail, ...(person && { person: hashOf(person, ports) }) } };
    },
    async answer(call, ports) {
      jsonBody(Export, call);
      return json({ token: exportToken(call.caller.id, ports.now(), ports.hashOf) });
    },
  },
  {
    method: "POST",
    path: "items/search",
    roles: ["Archive.Auditor"],
    action: "items.search",
    trace: (call, ports) => unlessExported(call, ports, () => ({})),
    async answer(call, ports) {
      const { start, ...wanted } = jsonBody(Page, call);
      return json(await findItems(wanted, start, ports, call.mayGoOn));
    },
  },
];

function content(
  what: "email" | "raw",
  read: (key: string, from: number, ports: OperationsPorts) => Promise<Part>,
): Route {
  return {
    method: "GET",
    path: `items/:item/${what}`,
    roles: ["Archive.Auditor"],
    action: `items.${what}`,
    trace: (call, ports) =>
      // The parts of one file are one look at it.
      startOf(call) > 0
        ? undefined
        : unlessExported(call, ports, () => ({ detail: { itemKey: itemOf(call) } })),
    async answer(call, ports) {
      const part = await read(itemOf(call), startOf(call), ports);
      return partAnswer(itemOf(call), part);
    },
  };
}

/** A file, or the part of it that was asked for: 206 and its place, as RFC 9110 §14 has it. */
function partAnswer(key: string, { bytes, size, from, sha256, extension }: Part): OperationAnswer {
  const type = "application/octet-stream";
  const answer = file(
    bytes,
    { name: `${key}.${extension}`, type },
    {
      "accept-ranges": "bytes",
      "x-archive-extension": extension,
      ...(sha256 !== undefined && { "x-archive-sha256": sha256 }),
    },
  );
  if (from === 0 && bytes.byteLength === size) return answer;
  const range = `bytes ${from}-${Math.max(from, from + bytes.byteLength - 1)}/${size}`;
  return { ...answer, status: 206, headers: { ...answer.headers, "content-range": range } };
}

function itemOf({ params }: Call): string {
  return checkedKey(params["item"] ?? "");
}

/** `Range: bytes=N-`; what ends earlier than the answer's own limit is not needed by anyone. */
function startOf({ header }: Call): number {
  const [, from] = /^bytes=(\d+)-/.exec(header("range") ?? "") ?? [];
  return Number(from ?? 0);
}

function unlessExported(
  { header, caller }: Call,
  { now, hashOf }: OperationsPorts,
  trace: () => Trace,
): Trace | undefined {
  const token = header("x-archive-export") ?? null;
  return isExportToken(token, caller.id, { now: now(), hashOf }) ? undefined : trace();
}

function hashOf({ mailbox, address, number }: Person, ports: OperationsPorts): string {
  return mailbox ?? ports.hashOf(address ?? number ?? "");
}
