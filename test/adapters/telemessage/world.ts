import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import {
  exampleAccount,
  type GatewayOptions,
  startGateway,
} from "../../../local/gateway/gateway.ts";
import { outboundRules } from "../../../shared/adapters/outbound.ts";
import { telemessageSource } from "../../../shared/adapters/telemessage.ts";
import type { Source, SourceItem } from "../../../shared/pipeline/ports.ts";
import { gather } from "../../../shared/pipeline/streams.ts";

type Deps = Parameters<typeof telemessageSource>[1];

export const NOW = new Date("2026-01-31T05:30:00.000Z");
export const DAY = { from: new Date("2026-01-30T05:30:00Z"), until: NOW };

/** A source for the address, and how long it slept. */
export function sourceAt(baseUrl: string, deps: Partial<Deps> = {}) {
  const slept: number[] = [];
  const source = telemessageSource(
    { kind: "telemessage", baseUrl, username: exampleAccount.username, passwordSetting: "P" },
    {
      type: "WeChat",
      password: exampleAccount.password,
      outbound: outboundRules({ allowedHosts: undefined, onAzure: false }),
      now: () => NOW,
      sleep: async (ms) => void slept.push(ms),
      random: () => 0,
      timeouts: { connectMs: 2_000, answerMs: 2_000, idleMs: 2_000 },
      ...deps,
    },
  );
  return { source, slept };
}

/** The stand-in gateway, for as long as the test runs. */
export async function gatewayFor(test: TestContext, options: GatewayOptions = {}) {
  const gateway = await startGateway(options);
  test.after(() => gateway.close());
  return gateway;
}

/** A server of the test's own, for what the stand-in never does. */
export async function serverFor(test: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An item as a gateway's shelf holds it. */
export function wechat(id: string, text: string, receivedAt = "2026-01-30T09:00:00.000Z") {
  return {
    type: "WeChat",
    id,
    receivedAt: new Date(receivedAt),
    mediaType: "message/rfc822" as const,
    body: { kind: "bytes" as const, bytes: Buffer.from(text) },
  };
}

/** The same as a source lists it. */
export function listed(id: string, size: number): SourceItem {
  return { id, receivedAt: new Date("2026-01-30T09:00:00Z"), mediaType: "message/rfc822", size };
}

export async function allPages(source: Source): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await source.list(DAY, cursor);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next;
  } while (cursor !== undefined);
  return ids;
}

export async function bytesOf(source: Source, item: SourceItem): Promise<Buffer> {
  return gather(await source.read(item));
}
