import type { IncomingMessage } from "node:http";
import { Refusal } from "./answers.ts";

export interface ListRequest {
  readonly on: "list";
  readonly type: string;
  readonly from: Date;
  readonly to: Date;
  readonly pageSize: number;
  readonly cursor: string | undefined;
}

/** A well-formed request of the contract. */
export type ContractRequest =
  | { readonly on: "account" }
  | ListRequest
  | { readonly on: "read"; readonly type: string; readonly id: string };

const MOST_A_PAGE = 500;
const DEFAULT_PAGE = 100;

/**
 * Reads path and query as strictly as the contract allows, so that a client's
 * sloppiness shows here and not at a customer's proxy. Throws a `Refusal`.
 *
 * The path is split before it is decoded: an id with a slash in it is one
 * segment, and `new URL` would resolve `%2e%2e`.
 */
export function parseRequest({ method, url = "" }: IncomingMessage): ContractRequest {
  if (method !== "GET") throw new Refusal(405, "Only GET is allowed.", { Allow: "GET" });
  const cut = url.indexOf("?");
  const path = cut < 0 ? url : url.slice(0, cut);
  const query = readQuery(cut < 0 ? "" : url.slice(cut + 1));
  const segments = path.split("/").slice(1).map(decode);
  const [version, noun, type = "", items, id] = segments;

  if (version === "v1" && noun === "account" && segments.length === 2) {
    refuseOthers(query, []);
    return { on: "account" };
  }
  const isArchive = version === "v1" && noun === "archives" && items === "items";
  if (isArchive && (segments.length === 4 || (segments.length === 5 && id))) {
    if (!/^[A-Za-z0-9]{1,64}$/.test(type)) {
      throw new Refusal(404, "type is letters and digits, for example WeChat.");
    }
    if (id === undefined) return listRequest(type, query);
    refuseOthers(query, []);
    return { on: "read", type, id };
  }
  throw new Refusal(
    404,
    "There are /v1/account, /v1/archives/{type}/items and /v1/archives/{type}/items/{id}.",
  );
}

function listRequest(type: string, query: Map<string, string>): ListRequest {
  refuseOthers(query, ["receivedFrom", "receivedTo", "pageSize", "cursor"]);
  const from = instant(query, "receivedFrom");
  const to = instant(query, "receivedTo");
  if (from >= to) throw new Refusal(400, "receivedFrom must lie before receivedTo.");
  const asked = query.get("pageSize") ?? String(DEFAULT_PAGE);
  const pageSize = /^\d{1,9}$/.test(asked) ? Number(asked) : 0;
  if (pageSize < 1 || pageSize > MOST_A_PAGE) {
    throw new Refusal(400, `pageSize must be a whole number from 1 to ${MOST_A_PAGE}.`);
  }
  return { on: "list", type, from, to, pageSize, cursor: query.get("cursor") };
}

/** RFC 3339 in UTC. A time with an offset would be read differently by different proxies. */
function instant(query: Map<string, string>, name: string): Date {
  const text = query.get(name) ?? "";
  const time = new Date(text);
  const isUtc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text);
  // `new Date` rolls 30 February over to March.
  const isReal = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text.slice(0, 19));
  if (isUtc && isReal) return time;
  throw new Refusal(400, `${name} must be a time in UTC, for example 2026-01-31T05:30:00.000Z.`);
}

function readQuery(text: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const pair of text === "" ? [] : text.split("&")) {
    const [name = "", ...value] = pair.split("=").map((part) => part.replaceAll("+", " "));
    if (query.has(decode(name))) throw new Refusal(400, `${decode(name)} is there twice.`);
    query.set(decode(name), decode(value.join("=")));
  }
  return query;
}

function refuseOthers(query: Map<string, string>, known: string[]): void {
  for (const name of query.keys()) {
    if (!known.includes(name)) throw new Refusal(400, `There is no query parameter ${name}.`);
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(400, "A percent sign must begin an encoded byte of valid UTF-8.");
  }
}
