import type { TestContext } from "node:test";
import { gatewayControl } from "../../../local/gateway/control.ts";
import {
  exampleAccount,
  type GatewayOptions,
  startGateway,
} from "../../../local/gateway/gateway.ts";
import type { Item } from "../../../local/gateway/item.ts";

export const signedIn = authorization(`${exampleAccount.username}:${exampleAccount.password}`);

export function authorization(login: string): { Authorization: string } {
  return { Authorization: `Basic ${Buffer.from(login).toString("base64")}` };
}

/** A running gateway, closed when the test ends, and a bare client of it. */
export async function gatewayOf(t: TestContext, options: GatewayOptions = {}) {
  const gateway = await startGateway(options);
  t.after(() => gateway.close());
  const get = (path: string, headers: Record<string, string> = signedIn) =>
    fetch(gateway.url + path, { headers, redirect: "manual", signal: AbortSignal.timeout(20_000) });
  return {
    url: gateway.url,
    control: gatewayControl(gateway.url),
    get,
    list: (query: Record<string, string> = {}) => get(listPath(query)),
    read: (id: string) => get(`/v1/archives/WeChat/items/${encodeURIComponent(id)}`),
    /** Every page of the day, by following the cursors. */
    async listAll(query: Record<string, string> = {}) {
      const items: { id: string; receivedAt: string; size: number }[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const response = await get(listPath(cursor === "" ? query : { ...query, cursor }));
        const page = (await response.json()) as { items: typeof items; next: string | null };
        items.push(...page.items);
        cursor = page.next;
      }
      return items;
    },
  };
}

function listPath(query: Record<string, string>): string {
  const window = { receivedFrom: "2026-03-01T00:00:00Z", receivedTo: "2026-03-02T00:00:00Z" };
  return `/v1/archives/WeChat/items?${new URLSearchParams({ ...window, ...query })}`;
}

/** A small WeChat item received on 1 March 2026 at this time of day. */
export function item(id: string, time = "12:00:00.000", text = `Text of ${id}`): Item {
  return {
    type: "WeChat",
    id,
    receivedAt: new Date(`2026-03-01T${time}Z`),
    mediaType: "message/rfc822",
    body: { kind: "bytes", bytes: Buffer.from(text) },
  };
}
