import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Activity } from "./activity.ts";
import { requestData, writeResponse } from "./http-conversion.ts";
import { httpRoute } from "./http-route.ts";
import type { RequestHandler } from "./http-server.ts";
import type { Invocations } from "./invocations.ts";
import type { TimerListener } from "./timer-trigger.ts";
import type { TriggeredFunction } from "./triggers.ts";

/** The host's own limit, `FUNCTIONS_REQUEST_BODY_SIZE_LIMIT`. */
const MAX_BODY_BYTES = 104_857_600;

/**
 * Answers requests with the app's HTTP functions, under `/{routePrefix}/{route}`.
 *
 * A path or method that no function has is 404, a missing key 401, a function that throws 500.
 * Functions that are not anonymous ask for `functionKey` (`x-functions-key` or `?code=`); without
 * one set they are open, for nobody but this machine reaches the port. `POST
 * /admin/functions/{name}` runs a timer, with the same key, as on Azure.
 */
export function httpHandler(deps: {
  functions: readonly TriggeredFunction[];
  timers: readonly TimerListener[];
  routePrefix: string;
  functionKey: string | undefined;
  invocations: Invocations;
  activity: Activity;
}): RequestHandler {
  const { functionKey, activity } = deps;
  const routes = deps.functions
    .flatMap(({ name, trigger }) =>
      trigger.type === "httpTrigger"
        ? [{ name, trigger, route: httpRoute(`${deps.routePrefix}/${trigger.route ?? name}`) }]
        : [],
    )
    .sort((a, b) => (a.route.rank < b.route.rank ? -1 : Number(a.route.rank > b.route.rank)));
  const adminRoute = httpRoute("admin/functions/{name}");

  function find(method: string, path: string) {
    for (const { name, trigger, route } of routes) {
      const params = trigger.methods.includes(method) ? route.match(path) : undefined;
      if (params !== undefined) {
        return { name, trigger, params };
      }
    }
    return undefined;
  }

  function isAllowed(request: IncomingMessage, url: URL): boolean {
    const given = request.headers["x-functions-key"] ?? url.searchParams.get("code");
    return functionKey === undefined || isSame(String(given), functionKey);
  }

  /** The status of a request to run a timer, or nothing when the path is another. */
  function runTimer(request: IncomingMessage, url: URL): number | undefined {
    const name = adminRoute.match(url.pathname)?.["name"];
    if (name === undefined) {
      return undefined;
    }
    const timer = deps.timers.find((each) => each.functionName === name);
    if (!isAllowed(request, url)) {
      return 401;
    }
    if (timer === undefined || request.method !== "POST") {
      return 404;
    }
    // A web page cannot send JSON to another origin without asking first.
    if (!request.headers["content-type"]?.startsWith("application/json")) {
      return 415;
    }
    // How it ended stands in the log, as on Azure.
    timer.fire().catch(() => {});
    return 202;
  }

  return async (request, response) => {
    const url = new URL(`http://${request.headers.host}${request.url}`);
    const method = request.method ?? "GET";
    const found = find(method, url.pathname);
    if (found === undefined) {
      response.writeHead(runTimer(request, url) ?? 404).end();
      return;
    }
    if (found.trigger.authLevel !== "anonymous" && !isAllowed(request, url)) {
      response.writeHead(401).end();
      return;
    }
    const body = await readBody(request);
    if (body === undefined) {
      response.writeHead(413, { connection: "close" }).end();
      return;
    }
    const outcome = await activity.during(found.name, () =>
      deps.invocations.run({
        functionName: found.name,
        reason: "This function was programmatically called via the host APIs.",
        trigger: { http: requestData(request, url, found.params, body) },
      }),
    );
    if (outcome.kind === "succeeded") {
      writeResponse(response, outcome.returnValue);
    } else {
      response.writeHead(500).end();
    }
  };
}

/** The whole body, or nothing when it is larger than the host takes. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
