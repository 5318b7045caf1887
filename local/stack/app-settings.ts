import type { TrafficConnector } from "../traffic/connectors.ts";
import { GRAPH_TOKEN, type StandIn } from "./stand-in.ts";

/** As the stand-in gateway's one account has it. */
const PASSWORD = "example";

/** What the app is told of its surroundings. `isReal`: the storage is somebody's own account. */
export function appSettings(place: {
  connectionString: string;
  graph: StandIn | undefined;
  isReal: boolean;
}): Record<string, string> {
  const { connectionString, graph, isReal } = place;
  return {
    AzureWebJobsStorage: connectionString,
    ArchiveStorage: connectionString,
    BLOB_TRIGGER_SOURCE: "LogsAndContainerScan",
    GRAPH_CLOUD: "global",
    // Nobody signs in on this machine, and the host listens on loopback only.
    OPERATIONS_ALLOW_ANONYMOUS: "true",
    ...(graph && { GRAPH_BASE_URL: graph.url, GRAPH_STATIC_TOKEN: GRAPH_TOKEN }),
    // What hashes real people's numbers must be made by who runs this, and kept.
    ...(graph && !isReal && { TENANT_HASH_SALT: "a made-up salt" }),
  };
}

/** Of the connectors that collect from the stand-in gateway, under the names they ask for. */
export function passwords(connectors: readonly TrafficConnector[]): Record<string, string> {
  const sources = connectors.map(({ file }) => file["source"] as { passwordSetting?: string });
  const names = sources.flatMap(({ passwordSetting }) => passwordSetting ?? []);
  return Object.fromEntries(names.map((name) => [name, PASSWORD]));
}
