import { Connector, connectorFaults } from "./connector.ts";
import type { ConnectorFile } from "./ports.ts";

/**
 * Reads a connector file as an operator wrote it. Faults name the field and the
 * remedy, never a value.
 *
 * `furtherFaults` finds what the file alone cannot show: a password setting that
 * does not exist, a host that is not allowed.
 */
export function readConnectorFile(
  id: string,
  bytes: Uint8Array,
  furtherFaults: (connector: Connector) => readonly string[],
): ConnectorFile {
  const faults = (lines: readonly string[]): ConnectorFile => ({ id, faults: lines });
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString());
  } catch {
    // The parser's message quotes the file.
    return faults([`${id}: (file) is not JSON: check commas and quotes`]);
  }
  const parsed = Connector.safeParse(json);
  if (!parsed.success) return faults(connectorFaults(id, parsed.error));
  const connector = parsed.data;
  if (connector.id !== id) return faults([`${id}: id must be the file's own name, ${id}`]);
  const further = furtherFaults(connector);
  return further.length > 0 ? faults(further) : { id, connector };
}
