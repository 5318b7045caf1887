import { setTimeout as sleep } from "node:timers/promises";
import { blobRawStore } from "../../shared/adapters/blobs.ts";
import { outboundRules } from "../../shared/adapters/outbound.ts";
import { telemessageSource } from "../../shared/adapters/telemessage.ts";
import type { CollectPorts } from "../../shared/pipeline/collect-window.ts";
import { tableLedger } from "../../shared/pipeline/ledger.ts";
import type { Source } from "../../shared/pipeline/ports.ts";
import { tableRuns } from "../../shared/pipeline/runs.ts";
import type { Table } from "../../shared/pipeline/table.ts";
import { noTelemetry } from "../../shared/pipeline/telemetry.ts";
import type { StorageServer } from "../harness/storage-server.ts";

/** The account that the stand-in gateway has when none is named. */
const ACCOUNT = { username: "archive@contoso.com", password: "example" };

/** The day in which all items of the benches were received. */
export const COLLECT_WINDOW = {
  from: new Date("2026-01-05T00:00:00Z"),
  until: new Date("2026-01-06T00:00:00Z"),
};

/** The app's own source, against a gateway on loopback. */
export function gatewaySource(baseUrl: string): Source {
  return telemessageSource(
    { kind: "telemessage", baseUrl, username: ACCOUNT.username, passwordSetting: "PASSWORD" },
    {
      type: "WeChat",
      password: ACCOUNT.password,
      outbound: outboundRules({ allowedHosts: undefined, onAzure: false }),
      now: () => new Date(),
      sleep: (ms) => sleep(ms),
      random: Math.random,
    },
  );
}

/** What the collector stores into: raw blobs and receipts in Azurite, its tables wherever they are. */
export function collector(
  storage: StorageServer,
  table: (name: "items" | "deliveries" | "runs" | "runItems") => Table,
): CollectPorts {
  return {
    rawStore: blobRawStore(storage.blobs),
    ledger: tableLedger({ items: table("items"), deliveries: table("deliveries") }),
    runs: tableRuns({ runs: table("runs"), runItems: table("runItems") }),
    now: () => new Date(),
    newTraceparent: () => `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
    telemetry: noTelemetry,
  };
}
