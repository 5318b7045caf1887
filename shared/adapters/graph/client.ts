import { randomUUID } from "node:crypto";
import {
  Client,
  type Context,
  GraphClientError,
  HTTPMessageHandler,
  type Middleware,
  ResponseType,
} from "@microsoft/microsoft-graph-client";
import { retryAfterMs } from "../../domain/retry-after.ts";
import { GraphFailure } from "./graph-failure.ts";
import { queryString, VERSION } from "./odata.ts";
import type { Token } from "./token.ts";

/** A write is given up well within the lease of a claim: what it did shows before another host looks. */
const TIMEOUTS = { lookUpMs: 30_000, writeMs: 60_000 };

export interface GraphRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the version, as `graphPath` makes it. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** A value, or JSON that is serialised already. */
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
    middleware: [bearer(token), new HTTPMessageHandler()],
    baseUrl,
    defaultVersion: VERSION,
    // A redirect would carry the item to an address that nobody checked.
    fetchOptions: { redirect: "error" },
  });

  async function respond({ method, path, query, body }: GraphRequest): Promise<Response> {
    const request = sdk
      .api(path + queryString(query))
      .headers({ Prefer: 'IdType="ImmutableId"', "client-request-id": randomUUID() })
      .option(
        "signal",
        AbortSignal.timeout(method === "GET" ? timeouts.lookUpMs : timeouts.writeMs),
      )
      .responseType(ResponseType.RAW);
    switch (method) {
      case "GET":
        return request.get();
      case "POST":
        return request.post(body);
      case "DELETE":
        return request.delete();
    }
  }

  return {
    baseUrl,
    async send<T>(request: GraphRequest): Promise<T> {
      let response: Response;
      let text: string;
      try {
        response = await respond(request);
        text = await response.text();
      } catch (error) {
        throw lostAnswer(error);
      }
      if (!response.ok) {
        throw refusal(response, text, now());
      }
      return (text === "" ? undefined : parsed(text)) as T;
    },
  };
}

/** Signs each request; when Graph says the token is stale, once more with a newer one. */
function bearer(token: Token): Middleware {
  let next: Middleware | undefined;

  async function signed(context: Context): Promise<void> {
    const value = await token().catch(signInRefused);
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
      if (context.response?.status === 401) {
        await context.response.body?.cancel();
        await signed(context);
      }
    },
  };
}

/** The SDK hands on this error alone as it is; it would make any other into one that has lost its cause. */
function signInRefused(error: unknown): never {
  const wrapper = new GraphClientError("sign-in failed");
  wrapper.customError = error;
  throw wrapper;
}

function lostAnswer(error: unknown): unknown {
  if (error instanceof GraphClientError) {
    return error.customError ?? error;
  }
  const name = (error as { code?: string }).code ?? (error as Error).name;
  const isTimeout = name === "TimeoutError" || name === "AbortError";
  return new GraphFailure({ status: 0, code: isTimeout ? "timeout" : "network" });
}

/** Reads Graph's error, `{ "error": { "code", … } }`; a proxy's page has none, and its status must do. */
export function refusal(response: Response, text: string, now: Date): GraphFailure {
  const code = errorCode(text) ?? "";
  const waitMs = retryAfterMs(response.headers.get("retry-after"), now);
  const requestId = response.headers.get("request-id") ?? undefined;
  return new GraphFailure(
    { status: response.status, code, ...(waitMs !== undefined && { retryAfterMs: waitMs }) },
    requestId,
  );
}

/** What is no JSON object came from a proxy in between; the parser's message would quote it. */
function parsed(text: string): unknown {
  const value = jsonOf(text);
  if (typeof value !== "object" || value === null) {
    throw new GraphFailure({ status: 0, code: "network" });
  }
  return value;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function errorCode(text: string): string | undefined {
  try {
    const code: unknown = JSON.parse(text)?.error?.code;
    return typeof code === "string" ? code : undefined;
  } catch {
    return undefined;
  }
}
