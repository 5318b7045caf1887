import type { InstallationOptions } from "../stack/installation.ts";

/**
 * What of the installation lies elsewhere, by the settings in the environment.
 *
 * Throws with the remedy when it cannot be reached from here.
 */
export function surroundings(
  environment: NodeJS.ProcessEnv,
): Pick<InstallationOptions, "env" | "storage" | "graph"> {
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "",
  );
  const env = Object.fromEntries(entries);
  const { ArchiveStorage: storage, GRAPH_BASE_URL: graph } = env;
  if (storage === undefined && entries.some(([name]) => name.startsWith("ArchiveStorage__"))) {
    throw new Error(
      "ArchiveStorage__… are for Azure, where the app has an identity. Here, set ArchiveStorage to a connection string.",
    );
  }
  return {
    env,
    ...(storage !== undefined && { storage }),
    graph: graph === undefined ? "stand-in" : "elsewhere",
  };
}
