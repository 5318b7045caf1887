import type { BlobServiceClient } from "@azure/storage-blob";
import type { Connector } from "../pipeline/connector.ts";
import type { Log, Source } from "../pipeline/ports.ts";
import type { Outbound } from "./outbound.ts";
import { telemessageSource } from "./telemessage.ts";

export interface SourceDeps {
  readonly secret: (name: string) => string | undefined;
  readonly outbound: Outbound;
  readonly dropService: BlobServiceClient;
  readonly log: Log;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
}

export function sourceFor(connector: Connector, deps: SourceDeps): Source {
  const { source, type } = connector;
  if (source.kind !== "telemessage") throw new Error(`source kind ${source.kind} comes later`);
  return telemessageSource(source, {
    type,
    password: deps.secret(source.passwordSetting),
    outbound: deps.outbound,
    now: deps.now,
    sleep: deps.sleep,
    random: Math.random,
  });
}

export function sourceFaults(_connector: Connector, _deps: SourceDeps): readonly string[] {
  return [];
}
