import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { GraphFailure } from "./graph-failure.ts";

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes are sent from where they lie: they must stay as they are until the answer is there. */
  readonly body?: string | Uint8Array | undefined;
  /** How long the whole answer is waited for. */
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A connection that does not stand by then never will, and the request's own time is a minute. */
const CONNECT_MS = 10_000;
/** The longest answer repeats a message of 4 MB; one that never ends must not fill the memory. */
const MOST_ANSWER_BYTES = 32 * 1_048_576;

const utf8 = new TextDecoder();

/**
 * One request to Graph, and the whole of its answer. Throws `GraphFailure` of
 * status 0 when none came: what was asked for may have been done. Such a failure
 * says nothing of the address, and has no cause that would.
 *
 * By Node's own HTTP over the agents that a process shares, which do as `fetch`
 * does: connections are kept for 5 s or as long as the server says, keep no
 * process alive, and go through the proxy that `NODE_USE_ENV_PROXY` switches on.
 * Unlike `fetch` it asks for no compressed answers. A redirect counts as no
 * answer: it would carry the item to an address that nobody checked.
 */
export async function sendHttp(request: HttpRequest): Promise<HttpAnswer> {
  try {
    return await exchange(request);
  } catch (error) {
    if (error instanceof GraphFailure) throw error;
    throw new GraphFailure({ status: 0, code: "network" });
  }
}

function exchange(asked: HttpRequest): Promise<HttpAnswer> {
  const { method, url, headers, body, timeoutMs } = asked;
  return new Promise((resolve, reject) => {
    const send = url.startsWith("https:") ? httpsRequest : httpRequest;
    const length = body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) };
    const request = send(url, {
      method,
      headers: { Accept: "*/*", "User-Agent": "node", ...headers, ...length },
      timeout: CONNECT_MS,
    });
    request.on("timeout", () => {
      // An answer may take its time; a connection may not.
      if (!isConnected(request.socket)) request.destroy(new Error("no connection"));
    });
    // An abort signal does the same at eight times a timer's cost.
    const late = setTimeout(() => {
      reject(new GraphFailure({ status: 0, code: "timeout" }));
      request.destroy();
    }, timeoutMs);
    request.on("close", () => clearTimeout(late));
    // After the answer has begun too: an error event that nobody hears ends the process.
    request.on("error", reject);
    request.on("response", (response) => readAnswer(response).then(resolve, reject));
    request.end(body);
  });
}

function isConnected(socket: (Socket & { secureConnecting?: boolean }) | null): boolean {
  return socket !== null && !socket.connecting && !socket.secureConnecting;
}

function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { statusCode: status = 0, headers } = response;
    const parts: Uint8Array[] = [];
    let size = 0;
    response.on("data", (part: Uint8Array) => {
      parts.push(part);
      size += part.length;
      if (size > MOST_ANSWER_BYTES) response.destroy(new Error("too long"));
    });
    response.on("error", reject);
    response.on("end", () => {
      if (status >= 300 && status < 400) return reject(new Error("redirect"));
      return resolve({ status, headers, text: utf8.decode(Buffer.concat(parts)) });
    });
  });
}
