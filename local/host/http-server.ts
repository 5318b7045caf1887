import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The host's HTTP side, on loopback only. */
export interface HttpServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Until this is called every request is answered 503: the app is still loading. */
  serve(handler: RequestHandler): void;
  /** Takes no more connections. */
  drain(): void;
  /** Ends those that are left. */
  close(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";
const LOOPBACK_NAMES = new Set([LOOPBACK, "localhost", "[::1]"]);

/** Listens on `port`; 0 takes any free one. */
export async function openHttpServer(port: number): Promise<HttpServer> {
  let handler: RequestHandler = async (_, response) => {
    response.writeHead(503).end();
  };
  const server = createServer((request, response) => {
    if (!isForLoopback(request)) {
      response.writeHead(403).end();
      return;
    }
    handler(request, response).catch(() => {
      // The caller went away, or its request could not be read to the end.
      response.destroy();
    });
  });
  server.listen(port, LOOPBACK);
  await once(server, "listening");

  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    serve(next) {
      handler = next;
    },
    drain() {
      server.close();
      server.closeIdleConnections();
    },
    async close() {
      if (server.listening) {
        server.close();
      }
      server.closeAllConnections();
    },
  };
}

/**
 * A web page that rebinds its own host name to 127.0.0.1 would otherwise read whatever routes
 * here are open, from the browser of the person who runs this.
 */
function isForLoopback(request: IncomingMessage): boolean {
  return LOOPBACK_NAMES.has((request.headers.host ?? "").replace(/:\d+$/, ""));
}
