import type { BlobServiceClient } from "@azure/storage-blob";
import { ConfigurationError, SourceError } from "../domain/errors.ts";
import type { Connector, SftpSource } from "../pipeline/connector.ts";
import type { Log, Source } from "../pipeline/ports.ts";
import { blobDropReports } from "./drop/reports.ts";
import { dropSource } from "./drop/source.ts";
import { containers } from "./names.ts";
import type { Outbound } from "./outbound.ts";
import { blobSftpMemory } from "./sftp/memory.ts";
import type { SftpCredentials } from "./sftp/session.ts";
import { sftpSource } from "./sftp/source.ts";
import { gatewayFaults, telemessageSource } from "./telemessage.ts";

export interface SourceDeps {
  /** The value of an app setting. */
  readonly secret: (name: string) => string | undefined;
  readonly outbound: Outbound;
  /** The account of the container `drop`; and that of `reports`. */
  readonly dropService: BlobServiceClient;
  readonly archiveService: BlobServiceClient;
  readonly log: Log;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Where a connector collects. Throws `ConfigurationError` where `sourceFaults` would tell of a fault. */
export function sourceFor(connector: Connector, deps: SourceDeps): Source {
  const faults = sourceFaults(connector, deps);
  if (faults.length > 0) throw new ConfigurationError(faults);

  const { source, type, id } = connector;
  const { secret, outbound, log, now, sleep } = deps;
  if (source.kind === "telemessage") {
    const password = secret(source.passwordSetting);
    return telemessageSource(source, {
      type,
      password,
      outbound,
      now,
      sleep,
      random: Math.random,
    });
  }
  const reports = deps.archiveService.getContainerClient(containers.reports);
  const drop = {
    container: deps.dropService.getContainerClient(containers.drop),
    reports: blobDropReports(reports, { connector: id, log, now }),
    connector: id,
    log,
    now,
  };
  if (source.kind === "drop") return dropSource(source, drop);
  const credentials = credentialsOf(source, secret);
  if (!credentials) throw new Error("An SFTP source without credentials passed its check.");
  const memory = blobSftpMemory(reports, id);
  return sftpSource(source, { ...drop, credentials, outbound, memory });
}

/** What the connector file alone cannot show: one line a fault, with its field and remedy, and no value. */
export function sourceFaults(
  { id, source }: Pick<Connector, "id" | "source">,
  { secret, outbound }: Pick<SourceDeps, "secret" | "outbound">,
): readonly string[] {
  const faults: string[] = [];
  if (source.kind === "telemessage") {
    const { hostname, port, protocol } = new URL(source.baseUrl);
    faults.push(...gatewayFaults(source, secret(source.passwordSetting), outbound));
    faults.push(
      ...hostFaults("source.baseUrl", outbound, hostname, Number(port || portOf(protocol))),
    );
  }
  if (source.kind === "sftp") {
    const field = source.passwordSetting ? "passwordSetting" : "privateKeySetting";
    if (!credentialsOf(source, secret)) {
      faults.push(
        `source.${field} must name an app setting that holds the secret: it is empty or absent`,
      );
    }
    faults.push(...hostFaults("source.host", outbound, source.host, source.port));
  }
  return faults.map((fault) => `${id}: ${fault}`);
}

function hostFaults(field: string, outbound: Outbound, host: string, port: number): string[] {
  try {
    outbound.check(host, port);
    return [];
  } catch (error) {
    const isUnlisted = error instanceof SourceError && error.detail === "host-not-allowed";
    return [
      isUnlisted
        ? `${field} must be a host that SOURCE_ALLOWED_HOSTS lists: add it there, or mend the address`
        : `${field} must not be an address inside the platform or a private one that SOURCE_ALLOWED_HOSTS does not list`,
    ];
  }
}

function portOf(protocol: string): number {
  return protocol === "https:" ? 443 : 80;
}

function credentialsOf(
  { passwordSetting, privateKeySetting }: SftpSource,
  secret: SourceDeps["secret"],
): SftpCredentials | undefined {
  const password = passwordSetting && secret(passwordSetting);
  if (password) return { password };
  const privateKey = privateKeySetting && secret(privateKeySetting);
  // A key pasted into an app setting often has its line breaks written out.
  return privateKey ? { privateKey: privateKey.replaceAll("\\n", "\n") } : undefined;
}
