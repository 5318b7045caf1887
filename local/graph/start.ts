import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { controlListener } from "./control-plane.ts";
import { faults } from "./faults.ts";
import { DEFAULT_LIMITS, type GraphOptions, type Limits } from "./options.ts";
import { requestLog } from "./request-log.ts";
import { router } from "./router.ts";
import { ROUTES } from "./routes.ts";
import { graphListener, type Service } from "./server.ts";
import { openTenant } from "./tenant.ts";
import { throttle } from "./throttle.ts";

export interface RunningGraph {
  /** Scheme, host and port, without the version. */
  readonly url: string;
  /** Ends every connection and leaves the state on disk as it is. */
  stop(): Promise<void>;
}

/** Starts the stand-in on loopback. Resolves once it listens. */
export async function startGraph(options: GraphOptions = {}): Promise<RunningGraph> {
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
  const tenant = openTenant({
    limits,
    now: options.now ?? (() => new Date()),
    stateDirectory: options.stateDirectory,
  });
  for (const user of options.users ?? []) {
    tenant.putUser(user);
  }
  const service: Service = {
    tenant,
    throttle: throttle(limits),
    faults: faults(options.faults ?? { rules: [] }),
    log: requestLog(options.log !== false),
    route: router(ROUTES),
    token: options.token,
    latencyMs: options.latencyMs ?? 0,
  };
  const graph = graphListener(service);
  const control = options.control === false ? graph : controlListener(service);
  const server = createServer((request, response) => {
    const listener = request.url?.startsWith("/_control/") ? control : graph;
    listener(request, response);
  });
  // Longer than a client keeps an idle connection: else it may write into one just closed here.
  server.keepAliveTimeout = 120_000;

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      tenant.close();
    },
  };
}
