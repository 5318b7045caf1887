import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type GatewayControl, gatewayControl } from "../../local/gateway/control.ts";
import { type GraphControl, graphControl } from "../../local/graph/control.ts";
import { startStandIn } from "../../local/stack/stand-in.ts";

const GRAPH = fileURLToPath(new URL("../../local/graph/main.ts", import.meta.url));
const GATEWAY = fileURLToPath(new URL("../../local/gateway/main.ts", import.meta.url));

export interface GraphServer extends AsyncDisposable {
  readonly url: string;
  readonly control: GraphControl;
}

/** The stand-in Graph in a process of its own, with limits that nobody reaches. */
export async function graphServer(
  mailboxes: readonly string[],
  latencyMs = 0,
): Promise<GraphServer> {
  const folder = await mkdtemp(join(tmpdir(), "bench-graph-"));
  const users = join(folder, "users.json");
  const all = mailboxes.map((id, n) => ({ id, userPrincipalName: `user${n}@contoso.com` }));
  await writeFile(users, JSON.stringify(all));
  const server = await startStandIn(GRAPH, [
    ...["--users", users, "--no-log", "--latency", String(latencyMs)],
    ...["--max-concurrent", "1000", "--requests-per-10-minutes", "100000000"],
    ...["--upload-bytes-per-5-minutes", "1000000000000"],
  ]);
  return {
    url: server.url,
    control: graphControl(server.url),
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

export interface GatewayServer extends AsyncDisposable {
  readonly url: string;
  readonly control: GatewayControl;
}

/** The stand-in gateway in a process of its own, without items. */
export async function gatewayServer(): Promise<GatewayServer> {
  const { url, stop } = await startStandIn(GATEWAY, []);
  return { url, control: gatewayControl(url), [Symbol.asyncDispose]: stop };
}
