import type { Connector } from "./connector.ts";
import type { Configuration } from "./ports.ts";

/**
 * The connectors whose files are right, by id. For reports: an item whose connector
 * is gone must not keep those of all others waiting.
 */
export async function readableConnectors({
  connectors,
}: Pick<Configuration, "connectors">): Promise<ReadonlyMap<string, Connector>> {
  const found = new Map<string, Connector>();
  for (const file of await connectors()) {
    if ("connector" in file) found.set(file.id, file.connector);
  }
  return found;
}
