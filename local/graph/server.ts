import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer, Call } from "./call.ts";
import { disturb, RESET } from "./disturb.ts";
import type { FaultRule, Faults } from "./faults.ts";
import { readBody } from "./read-body.ts";
import { Refusal } from "./refusal.ts";
import type { RequestLog } from "./request-log.ts";
import type { Match } from "./router.ts";
import { prefersImmutableIds, send } from "./send.ts";
import type { Tenant } from "./tenant.ts";
import type { Throttle } from "./throttle.ts";

export interface Service {
  readonly tenant: Tenant;
  readonly throttle: Throttle;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly route: (method: string, path: string) => Match;
  readonly token: string | undefined;
  readonly latencyMs: number;
}

interface Work {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly startedAt: Date;
  match: Match | undefined;
  mailbox: string | undefined;
  bytes: number;
  fault: FaultRule | undefined;
}

/** Answers the requests of Graph and of its upload URLs. */
export function graphListener(service: Service): RequestListener {
  return (request, response) => {
    serve(service, request, response).catch((error: unknown) => {
      unexpected(error);
      request.socket.destroy();
    });
  };
}

async function serve(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = "/", query = ""] = (request.url ?? "/").split(/\?(.*)/s, 2);
  const work: Work = {
    method: request.method ?? "GET",
    path,
    query,
    startedAt: service.tenant.now(),
    match: undefined,
    mailbox: undefined,
    bytes: 0,
    fault: undefined,
  };
  const outcome = await outcomeOf(service, request, work);
  service.log.note({
    at: work.startedAt.toISOString(),
    method: work.method,
    path: work.match?.route.template ?? work.path,
    mailbox: work.mailbox,
    folder: folderName(service.tenant, work),
    status: outcome === RESET ? 0 : outcome.status,
    code: outcome instanceof Refusal ? outcome.code : undefined,
    bytes: work.bytes,
    ms: service.tenant.now().getTime() - work.startedAt.getTime(),
    fault: work.fault?.kind,
  });
  if (outcome === RESET) {
    // Not destroy(): a client must see the connection break, not an answer that ends early.
    request.socket.resetAndDestroy();
    return;
  }
  send(request, response, outcome, service.tenant.now());
}

/** What comes of a request: an answer, a refusal, or a broken connection. Never throws. */
async function outcomeOf(
  service: Service,
  request: IncomingMessage,
  work: Work,
): Promise<Answer | Refusal | typeof RESET> {
  let entered = false;
  try {
    const match = service.route(work.method, work.path);
    work.match = match;
    authorise(service, match, request);
    const user = match.params["user"];
    if (user !== undefined) {
      work.mailbox = service.tenant.users.find(user)?.id;
    }
    if (work.mailbox !== undefined && isMailPath(match)) {
      const declared = Number(request.headers["content-length"] ?? 0);
      service.throttle.enter(work.mailbox, declared, work.startedAt);
      entered = true;
    }
    return await withFaults(service, request, work, match);
  } catch (error) {
    return error instanceof Refusal ? error : unexpected(error);
  } finally {
    if (entered && work.mailbox !== undefined) {
      service.throttle.leave(work.mailbox);
    }
  }
}

async function withFaults(
  service: Service,
  request: IncomingMessage,
  work: Work,
  match: Match,
): Promise<Answer | Refusal | typeof RESET> {
  // Before anything that waits: a client may give up then, and what it had sent is done all the same.
  const body = await readBody(request, bodyLimit(service, match));
  if (body === undefined) {
    return RESET;
  }
  work.bytes = body.length;
  if (work.mailbox !== undefined && request.headers["content-length"] === undefined) {
    service.throttle.addBytes(work.mailbox, body.length, work.startedAt);
  }
  const fault = service.faults.strike({
    method: work.method,
    path: work.path,
    template: match.route.template,
    mailbox: work.mailbox,
    mailboxName: service.tenant.users.find(work.mailbox ?? "")?.userPrincipalName,
  });
  work.fault = fault;
  const isAfter = fault?.when === "after-commit";
  const instead =
    fault && !isAfter ? await disturb(fault, service.tenant, match.params["session"]) : undefined;
  if (instead) {
    return instead;
  }
  if (service.latencyMs > 0) {
    await sleep(service.latencyMs);
  }
  const answer = commit(service, request, work, match, body);
  if (fault?.kind === "not-found-after-create" && "created" in answer && answer.created) {
    const { requests = 1, lookups = 0 } = fault;
    service.tenant.hidden.set(answer.created, { requests, lookups });
  }
  return (
    (fault && isAfter
      ? await disturb(fault, service.tenant, match.params["session"])
      : undefined) ?? answer
  );
}

function commit(
  service: Service,
  request: IncomingMessage,
  work: Work,
  match: Match,
  body: Buffer,
): Answer | Refusal {
  const origin = `http://${request.headers.host ?? "127.0.0.1"}`;
  const call: Call = {
    method: work.method,
    params: match.params,
    query: new URLSearchParams(work.query),
    headers: request.headers,
    body,
    origin,
    url: origin + work.path,
    tenant: service.tenant,
    immutableIds: prefersImmutableIds(request),
  };
  try {
    return match.route.handler(call);
  } catch (error) {
    return error instanceof Refusal ? error : unexpected(error);
  }
}

function authorise(service: Service, match: Match, request: IncomingMessage): void {
  if (match.route.door === "upload") {
    return;
  }
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined || (service.token !== undefined && token !== service.token)) {
    throw new Refusal(
      401,
      "InvalidAuthenticationToken",
      token === undefined ? "Access token is empty." : "Access token validation failure.",
      {
        "WWW-Authenticate":
          'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"',
      },
    );
  }
}

/** Requests for the user alone go to the directory, whose limits are others. */
function isMailPath(match: Match): boolean {
  return match.route.template !== "/v1.0/users/{user}";
}

function bodyLimit(service: Service, match: Match): number {
  const { requestBytes, rangeBytes } = service.tenant.limits;
  return match.route.door === "upload" ? rangeBytes : requestBytes;
}

/** What the folder of the path is called now; undefined when it is not there. */
function folderName(tenant: Tenant, { match, mailbox: owner }: Work): string | undefined {
  const key = match?.params["child"] ?? match?.params["folder"];
  const mailbox = owner === undefined ? undefined : tenant.existingMailbox(owner);
  if (key === undefined || !mailbox) {
    return undefined;
  }
  return mailbox.folders.get(mailbox.wellKnown.get(key.toLowerCase()) ?? key)?.displayName;
}

/** A mistake in the stand-in itself. Said on stderr, since the client may well retry it away. */
function unexpected(error: unknown): Refusal {
  process.stderr.write(`stand-in graph: ${error instanceof Error ? error.stack : String(error)}\n`);
  return new Refusal(500, "StandInFailure", error instanceof Error ? error.message : "unknown");
}
