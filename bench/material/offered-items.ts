import { smallestSyntheticBody, syntheticBody } from "../../local/gateway/synthetic-body.ts";
import type { GatewayServer } from "../harness/stand-ins.ts";
import { RECEIVED_AT } from "./mail.ts";

export const MEDIA_TYPE = "message/rfc822";

export interface Offered {
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * Puts items onto the gateway, and gives them as they are there. It holds their bytes:
 * making them anew for each reader would be work that no gateway does.
 */
export async function offerItems(
  { control }: GatewayServer,
  count: number,
  bytes: number,
): Promise<Offered[]> {
  const items = Array.from({ length: count }, (_, n) => {
    const item = { id: `item-${n}`, mediaType: MEDIA_TYPE } as const;
    const size = Math.max(bytes, smallestSyntheticBody(item));
    return { ...item, bytes: Buffer.concat([...syntheticBody(item, { seed: n, size })]) };
  });
  for (const { id, mediaType, bytes: body } of items) {
    await control.putItems([{ type: "WeChat", id, receivedAt: RECEIVED_AT, mediaType, body }]);
  }
  return items;
}
