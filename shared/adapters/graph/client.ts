import { randomUUID } from "node:crypto";
import { contentOf, isServed, refusal } from "./answer.ts";
import { type HttpAnswer, sendHttp } from "./http-sender.ts";
import { queryString, VERSION } from "./odata.ts";
import type { Token } from "./token.ts";

/** A write is given up well within the lease of a claim: what it did shows before another host looks. */
const TIMEOUTS = { lookUpMs: 30_000, writeMs: 60_000 };

export interface GraphRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the version, as `graphPath` makes it. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** A value, or JSON that is serialised already, as text or as bytes. */
  readonly body?: unknown;
}

/** Microsoft Graph over HTTP: one request, one answer; it retries nothing but a stale token. */
export interface GraphClient {
  readonly baseUrl: string;
  /**
   * The answer's body; undefined when it has none. Throws `GraphFailure`. After a
   * POST whose failure has status 0 or 5xx the work may have been done.
   */
  send<T>(request: GraphRequest): Promise<T>;
}

export function graphClient(options: {
  baseUrl: string;
  token: Token;
  now: () => Date;
  /** How long an answer is waited for. */
  timeouts?: { readonly lookUpMs: number; readonly writeMs: number };
}): GraphClient {
  const { baseUrl, token, now, timeouts = TIMEOUTS } = options;
  const root = `${baseUrl.replace(/\/$/, "")}/${VERSION}`;

  async function respond({ method, path, query, body }: GraphRequest): Promise<HttpAnswer> {
    const url = root + path + queryString(query);
    const content = serialised(body);
    const headers = {
      Prefer: 'IdType="ImmutableId"',
      "client-request-id": randomUUID(),
      ...(method === "POST" && { "Content-Type": "application/json" }),
    };
    // For both tries together.
    const until = performance.now() + (method === "GET" ? timeouts.lookUpMs : timeouts.writeMs);
    const sendSigned = async () => {
      const signed = { ...headers, Authorization: `Bearer ${await token()}` };
      const timeoutMs = until - performance.now();
      return sendHttp({ method, url, headers: signed, body: content, timeoutMs });
    };

    const answer = await sendSigned();
    // 401 says that nothing was done, so even a POST may be sent again, with a newer token.
    return answer.status === 401 ? sendSigned() : answer;
  }

  return {
    baseUrl,
    async send<T>(request: GraphRequest): Promise<T> {
      const answer = await respond(request);
      if (!isServed(answer)) throw refusal(answer, now());
      return contentOf(answer) as T;
    },
  };
}

/** A request's body as it is sent; what is serialised already stays as it is. */
export function serialised(body: unknown): string | Uint8Array | undefined {
  const isSerialised = body === undefined || typeof body === "string" || body instanceof Uint8Array;
  return isSerialised ? body : JSON.stringify(body);
}
