import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { SourceError } from "../../domain/errors.ts";
import type { Outbound } from "../outbound.ts";

export interface Timeouts {
  /** For the connection to stand, TLS included. */
  readonly connectMs: number;
  /** For the answer's headers, from the start. */
  readonly answerMs: number;
  /** Between two pieces of a body. */
  readonly idleMs: number;
}

export const gatewayTimeouts: Timeouts = {
  connectMs: 10_000,
  answerMs: 30_000,
  idleMs: 60_000,
};

/** One GET. `target` is the raw path and query below the base URL. Throws `SourceError` when no answer comes. */
export type Exchange = (target: string) => Promise<IncomingMessage>;

/** As many as the collector reads at once. */
const MOST_CONNECTIONS = 8;
/** A connection that nobody uses is closed: the next tick is a quarter of an hour away. */
const KEPT_MS = 30_000;

/**
 * GET requests to one gateway, over connections that are kept.
 *
 * Not `fetch`: it asks for compressed bodies and unpacks them, it resolves `%2e`
 * in a path, and it does not let us check the address that it connects to.
 */
export function exchanges(options: {
  baseUrl: URL;
  authorization: string;
  outbound: Outbound;
  timeouts: Timeouts;
}): Exchange {
  const { baseUrl, authorization, outbound, timeouts } = options;
  const isSecure = baseUrl.protocol === "https:";
  const hostname = baseUrl.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = Number(baseUrl.port || (isSecure ? 443 : 80));
  const path = baseUrl.pathname.replace(/\/$/, "");

  const kept = { keepAlive: true, maxSockets: MOST_CONNECTIONS, timeout: KEPT_MS };
  const agent = isSecure ? new HttpsAgent(kept) : new HttpAgent(kept);
  const connection = {
    agent,
    hostname,
    port,
    lookup: outbound.lookup(hostname, port),
    // An environment variable can switch the check off for a whole process.
    ...(isSecure && { rejectUnauthorized: true, minVersion: "TLSv1.2" as const }),
  };
  const headers = { authorization, "accept-encoding": "identity" };

  return (target) =>
    new Promise((resolve, reject) => {
      // Node looks up no name for an address, so `lookup` alone would let one through.
      outbound.check(hostname, port);
      const send = isSecure ? httpsRequest : httpRequest;
      const request = send({ ...connection, path: path + target, headers });

      const connecting = setTimeout(giveUp, timeouts.connectMs, "connect-timeout");
      const answering = setTimeout(giveUp, timeouts.answerMs, "answer-timeout");
      function giveUp(detail: string): void {
        request.destroy(new SourceError("unavailable", detail));
      }

      request.once("socket", (socket) => {
        if (!socket.connecting) return clearTimeout(connecting);
        return socket.once(isSecure ? "secureConnect" : "connect", () => clearTimeout(connecting));
      });
      request.once("close", () => {
        clearTimeout(connecting);
        clearTimeout(answering);
      });
      request.once("response", (response) => {
        clearTimeout(connecting);
        clearTimeout(answering);
        resolve(response);
      });
      // After the answer has begun too: an error event that nobody hears ends the process.
      request.on("error", (error: NodeJS.ErrnoException) => reject(connectionFailure(error)));
      request.end();
    });
}

const UNTRUSTED = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_)/;

function connectionFailure(error: NodeJS.ErrnoException): SourceError {
  if (error instanceof SourceError) return error;
  const code = error.code ?? "";
  if (UNTRUSTED.test(code)) {
    return new SourceError("stopped", "untrusted-certificate", { cause: error });
  }
  const isUnknown = code === "ENOTFOUND" || code === "EAI_AGAIN";
  return new SourceError("unavailable", isUnknown ? "name-not-found" : "connection-failed", {
    cause: error,
  });
}
