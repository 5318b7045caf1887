import type { Header } from "../../domain/message.ts";
import { cleanLine } from "./clean-text.ts";
import type { Fields } from "./schema.ts";

/** What an email has no place for, by the header that keeps it. */
const KEPT = {
  "X-Archive-Source-Network": "networkType",
  "X-Archive-Source-Type": "sourceType",
  "X-Archive-Source-Provider": "providerNetwork",
  "X-Archive-Source-Message-Type": "messageType",
  "X-Archive-Source-Context": "messageContext",
  "X-Archive-Source-Chat-Type": "chatType",
  "X-Archive-Source-Native-Id": "nativeId",
  "X-Archive-Source-Subscriber": "subscriberId",
  "X-Archive-Source-Ban": "ban",
  "X-Archive-Source-Enterprise-Number": "enterpriseSMSNumber",
  "X-Archive-Source-Gateway-Received": "gatewayReceivedDate",
} as const satisfies Record<string, keyof Fields>;

/** The fields that only a machine asks for, as headers of the email. */
export function sourceHeaders(fields: Fields, owner: string | undefined): Header[] {
  const values: readonly (readonly [string, string | null | undefined])[] = [
    ["X-Archive-Source-Owner", owner],
    ...Object.entries(KEPT).map(([name, field]) => [name, fields[field]] as const),
    ["X-Archive-Source-Call-Id", fields.callInfo?.callID],
    ["X-Archive-Source-Segment-Id", fields.segmentedData?.segmentedId],
  ];
  return values.flatMap(([name, said]) => {
    const value = cleanLine(said);
    return value === undefined ? [] : [{ name, value }];
  });
}
