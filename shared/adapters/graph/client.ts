import { randomUUID } from "node:crypto";
import {
  Client,
  type Context,
  GraphClientError,
  type Middleware,
  ResponseType,
} from "@microsoft/microsoft-graph-client";
import { contentOf, isServed, refusal } from "./answer.ts";
import { type HttpAnswer, type HttpRequest, sendHttp } from "./http-sender.ts";
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
  const sdk = Client.initWithMiddleware({
    // The SDK's own retries would repeat a POST that was committed, and import an item twice.
    middleware: [bearer(token), sender()],
    baseUrl,
    defaultVersion: VERSION,
  });

  async function respond({ method, path, query, body }: GraphRequest): Promise<HttpAnswer> {
    const request = sdk
      .api(path + queryString(query))
      .headers({ Prefer: 'IdType="ImmutableId"', "client-request-id": randomUUID() })
      // For all tries together.
      .option(UNTIL, performance.now() + (method === "GET" ? timeouts.lookUpMs : timeouts.writeMs))
      .responseType(ResponseType.RAW);
    switch (method) {
      case "GET":
        return request.get();
      case "POST":
        return request.post(serialised(body));
      case "DELETE":
        return request.delete();
    }
  }

  return {
    baseUrl,
    async send<T>(request: GraphRequest): Promise<T> {
      const answer = await respond(request).catch(asItWas);
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

/** The request's option that says when it is given up, by the process's own clock. */
const UNTIL = "until";

/** Signs each request; when Graph says the token is stale, once more with a newer one. */
function bearer(token: Token): Middleware {
  let next: Middleware | undefined;

  async function signed(context: Context): Promise<void> {
    const value = await token().catch(handedOn);
    context.options = {
      ...context.options,
      headers: { ...context.options?.headers, Authorization: `Bearer ${value}` },
    };
    await next?.execute(context);
  }

  return {
    setNext(middleware) {
      next = middleware;
    },
    async execute(context) {
      await signed(context);
      // 401 says that nothing was done, so even a POST may be sent again.
      if (context.response?.status === 401) await signed(context);
    },
  };
}

/** The SDK's last middleware, in the place of its own: `fetch` takes more than twice the CPU time of Node's HTTP. */
function sender(): Middleware {
  return {
    async execute(context) {
      const { method, headers, body, [UNTIL]: until } = context.options as SendOptions;
      const timeoutMs = until - performance.now();
      const url = String(context.request);
      const answer = await sendHttp({ method, url, headers, body, timeoutMs }).catch(handedOn);
      // The SDK reads nothing of a raw answer but hands it on; `Response` would be one more copy.
      context.response = answer as unknown as Response;
    },
  };
}

type SendOptions = Pick<HttpRequest, "method" | "headers" | "body"> & { readonly [UNTIL]: number };

/** The SDK lets this error alone pass as it is; it would make any other into one that has lost its cause. */
function handedOn(error: unknown): never {
  const wrapper = new GraphClientError("handed on");
  wrapper.customError = error;
  throw wrapper;
}

function asItWas(error: unknown): never {
  throw error instanceof GraphClientError ? (error.customError ?? error) : error;
}
