import { ConfigurationError } from "../../domain/errors.ts";
import { itemKey } from "../../domain/item-key.ts";
import type { Connector } from "../../pipeline/connector.ts";
import { readConnectorFile } from "../../pipeline/connector-file.ts";
import { readConfig, writeConfig } from "../config-files.ts";
import { OperationError } from "../operation-error.ts";
import type { OperationsPorts } from "../ports.ts";

export interface ListedConnector {
  readonly id: string;
  readonly type?: string;
  readonly enabled?: boolean;
  readonly source?: string;
  readonly faults: readonly string[];
}

/** Every connector file, without whom it signs in as. */
export async function listConnectors({
  configuration,
}: OperationsPorts): Promise<ListedConnector[]> {
  const files = await configuration.connectors();
  return files.map((file) => {
    if ("faults" in file) return { id: file.id, faults: file.faults };
    const { id, type, enabled, source } = file.connector;
    return { id, type, enabled, source: source.kind, faults: [] };
  });
}

/** A connector's file as it stands, what is wrong with it, and what its source owes. */
export async function showConnector(id: string, ports: OperationsPorts) {
  const file = await readConfig(nameOf(id), ports.files);
  if (!file) throw noSuchConnector(id);
  const read = readConnectorFile(id, file.bytes, ports.connectorFaults);
  const missing = (await ports.checkpoints.get(id))?.missing ?? [];
  return {
    id,
    file: parsed(file.bytes),
    faults: "faults" in read ? read.faults : [],
    missing: missing.map(({ item, runId, detail, since }) => ({
      itemKey: itemKey(id, item.id),
      runId,
      detail,
      since,
    })),
  };
}

/**
 * Writes a connector file, new or changed; it acts within a minute. Refuses one
 * that is wrong, with every fault: a connector that runs is never broken by a slip.
 */
export async function putConnector(
  id: string,
  bytes: Uint8Array,
  ports: OperationsPorts,
): Promise<Connector> {
  const connector = checkedConnector(id, bytes, ports);
  const before = await readConfig(nameOf(id), ports.files);
  if (before) refuseOtherIdentity(connector, parsed(before.bytes));
  await write(id, bytes, before?.etag, ports);
  return connector;
}

/** The connector that a file describes. Throws `ConfigurationError` with every fault. */
export function checkedConnector(
  id: string,
  bytes: Uint8Array,
  { connectorFaults }: Pick<OperationsPorts, "connectorFaults">,
): Connector {
  const file = readConnectorFile(id, bytes, connectorFaults);
  if ("faults" in file) throw new ConfigurationError(file.faults);
  return file.connector;
}

export async function enableConnector(
  id: string,
  enabled: boolean,
  ports: OperationsPorts,
): Promise<void> {
  const before = await readConfig(nameOf(id), ports.files);
  if (!before) throw noSuchConnector(id);
  const file = parsed(before.bytes);
  if (typeof file !== "object" || file === null) {
    throw new ConfigurationError([`${id}: (file) is not JSON: check commas and quotes`]);
  }
  const bytes = Buffer.from(`${JSON.stringify({ ...file, enabled }, undefined, 2)}\n`);
  if (enabled) checkedConnector(id, bytes, ports);
  await write(id, bytes, before.etag, ports);
}

/** A type's items are told apart by what their source calls them: another source's would be mistaken for them. */
function refuseOtherIdentity(connector: Connector, before: unknown): void {
  const type = (before as { type?: unknown } | undefined)?.type;
  if (type === undefined || type === connector.type) return;
  throw new OperationError(
    "conflict",
    `${connector.id}: type cannot change: add a connector with another id, and disable this one`,
  );
}

async function write(
  id: string,
  bytes: Uint8Array,
  etag: string | undefined,
  { files }: OperationsPorts,
): Promise<void> {
  const isWritten = await writeConfig(nameOf(id), bytes, files, etag === undefined ? {} : { etag });
  if (!isWritten) {
    throw new OperationError("conflict", `${id}: the file was changed meanwhile: look at it again`);
  }
}

export function noSuchConnector(id: string): OperationError {
  return new OperationError(
    "not-found",
    `There is no connector ${id}: \`connectors list\` names them all.`,
  );
}

function nameOf(id: string): string {
  return `connectors/${id}.json`;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    // A file that is not JSON is told of by its faults.
    return undefined;
  }
}
