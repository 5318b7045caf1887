import { ConfigurationError } from "../../domain/errors.ts";
import type { Connector } from "../../pipeline/connector.ts";
import { noSuchConnector } from "../connectors/connectors.ts";
import { OperationError } from "../operation-error.ts";
import type { OperationsPorts } from "../ports.ts";

/** The connector that a path names. Throws when there is none, or its file is wrong. */
export async function connectorOf(
  id: string | undefined,
  { configuration }: OperationsPorts,
): Promise<Connector> {
  const files = await configuration.connectors();
  const file = files.find((it) => it.id === id);
  if (!file) throw noSuchConnector(id ?? "");
  if ("faults" in file) throw new ConfigurationError(file.faults);
  return file.connector;
}

/** The same, which must be enabled: the timers carry nothing on for one that is not. */
export async function enabledConnectorOf(
  id: string | undefined,
  ports: OperationsPorts,
): Promise<Connector> {
  const connector = await connectorOf(id, ports);
  if (connector.enabled) return connector;
  throw new OperationError("conflict", `${connector.id} is disabled: enable it first`);
}
