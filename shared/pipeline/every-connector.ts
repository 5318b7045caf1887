import type { Checkpoints, Configuration } from "./ports.ts";

/**
 * The ids of every connector there is or was: one whose file was taken away still
 * owes an account of what it collected.
 */
export async function everyConnector({
  configuration,
  checkpoints,
}: {
  configuration: Configuration;
  checkpoints: Checkpoints;
}): Promise<string[]> {
  const ids = new Set((await configuration.connectors()).map(({ id }) => id));
  for await (const id of checkpoints.connectors()) ids.add(id);
  return [...ids].sort();
}
