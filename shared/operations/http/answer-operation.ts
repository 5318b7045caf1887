import { ConfigurationError, DeferredError } from "../../domain/errors.ts";
import { type Caller, callerOfPrincipal, localCaller, type SignIn } from "../caller.ts";
import { OperationError } from "../operation-error.ts";
import type { OperationsPorts } from "../ports.ts";
import {
  type Call,
  json,
  type OperationAnswer,
  type OperationRequest,
  type Route,
} from "./route.ts";

/** A request is answered well within the 230 s after which Azure's front door closes it. */
const REQUEST_MS = 20_000;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const STATUS: Readonly<Record<OperationError["code"], number>> = {
  "bad-request": 400,
  "not-found": 404,
  conflict: 409,
  "source-failed": 502,
};

/**
 * Answers an operator's request: who asks, whether they may, what is written down
 * of it, and then the route's own answer.
 *
 * What goes wrong inside is told by a code; a text that was not foreseen is told to
 * nobody but the log of the host.
 */
export async function answerOperation(
  request: OperationRequest,
  ports: OperationsPorts,
  { signIn, routes }: { signIn: SignIn; routes: readonly Route[] },
): Promise<OperationAnswer> {
  const caller = signedIn(request, signIn);
  if ("status" in caller) return caller;
  if (isForged(request)) return refusal(403, "cross-site", "Another site's page may not ask this.");

  const { base, path } = placeOf(request.url);
  const here = routes.flatMap((route) => {
    const params = match(route.path, path);
    return params ? [{ route, params }] : [];
  });
  const found = here.find(({ route }) => route.method === request.method);
  if (!found) {
    return here.length > 0
      ? refusal(405, "method-not-allowed", "The route is there, but not for this method.")
      : refusal(404, "not-found", "There is no such route.");
  }
  const { route, params } = found;
  const fields = { operation: route.action, caller: ports.hashOf(caller.id) };
  if (!route.roles.some((role) => caller.roles.has(role))) {
    ports.log.warn("operation refused", fields);
    return refusal(403, "forbidden", `This needs the role ${route.roles.join(" or ")}.`);
  }

  const { query } = { query: request.url.searchParams };
  const begun = ports.now().getTime();
  const mayGoOn = () => ports.now().getTime() - begun < REQUEST_MS;
  const { header, body } = request;
  const answer = await run(route, { caller, params, query, body, header, base, mayGoOn }, ports);
  ports.log.info("operation answered", { ...fields, status: answer.status });
  return withGuards(answer);
}

async function run(route: Route, call: Call, ports: OperationsPorts): Promise<OperationAnswer> {
  try {
    const trace = route.trace?.(call, ports);
    if (trace) {
      const { why, detail = {} } = trace;
      const told = { by: call.caller.id, action: route.action, detail };
      await ports.operationLog.record(why === undefined ? told : { ...told, why });
    }
    return await route.answer(call, ports);
  } catch (error) {
    if (error instanceof OperationError) {
      return refusal(STATUS[error.code], error.code, error.message);
    }
    if (error instanceof ConfigurationError) {
      return json(
        { error: { code: error.code, message: error.message, faults: error.faults } },
        400,
      );
    }
    if (error instanceof DeferredError) {
      const seconds = Math.ceil((error.retryAfterMs ?? 60_000) / 1000);
      const told = refusal(
        503,
        error.code,
        "What this asks for cannot be asked now: try again later.",
      );
      return { ...told, headers: { ...told.headers, "retry-after": String(seconds) } };
    }
    throw error;
  }
}

function signedIn(request: OperationRequest, signIn: SignIn): Caller | OperationAnswer {
  if (signIn === "local") {
    // A name of somebody's that leads to this machine is how a foreign page would get here.
    return LOOPBACK.test(request.url.hostname)
      ? localCaller
      : refusal(403, "not-loopback", "Without sign-in the routes answer on this machine only.");
  }
  if (signIn === "none") {
    return refusal(
      403,
      "no-sign-in",
      "The platform's sign-in is not set up: the operator routes stay closed (docs/deploy.md).",
    );
  }
  const caller = callerOfPrincipal(request.header("x-ms-client-principal"));
  return caller ?? refusal(401, "not-signed-in", "Sign in with Microsoft Entra ID.");
}

/** A page of another site sends the operator's cookie along; browsers say where a request comes from. */
function isForged({ method, header }: OperationRequest): boolean {
  const site = header("sec-fetch-site");
  return method !== "GET" && site !== undefined && site !== "same-origin" && site !== "none";
}

/** What lies behind `…/operations/`. Taken from the address: the host makes numbers of path parameters. */
function placeOf({ pathname }: URL): { base: string; path: string } {
  const [, base = "", path = ""] = /^(.*?\/operations)(?:\/(.*))?$/.exec(pathname) ?? [];
  return { base, path };
}

/** The parameters of a path that fits a pattern, decoded; nothing when it does not fit. */
function match(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = path.replace(/\/$/, "").split("/");
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = decoded(given[index] ?? "");
    if (value === undefined) return undefined;
    if (part.startsWith(":")) params[part.slice(1)] = value;
    else if (part !== value) return undefined;
  }
  return params;
}

function decoded(part: string): string | undefined {
  try {
    const text = decodeURIComponent(part);
    // A segment that holds a separator would name another blob than it seems to.
    return text === "" || /[/\\]|^\.\.?$/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function refusal(status: number, code: string, message: string): OperationAnswer {
  return withGuards(json({ error: { code, message } }, status));
}

/** Answers name people: nobody on the way keeps them, and no page is made of them. */
function withGuards(answer: OperationAnswer): OperationAnswer {
  const guards = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  };
  return { ...answer, headers: { ...guards, ...answer.headers } };
}
