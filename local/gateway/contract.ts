import type { IncomingMessage, ServerResponse } from "node:http";
import { Refusal, sendBody, sendJson } from "./answers.ts";
import type { Fault, FaultOccasion, FaultScript } from "./faults.ts";
import { bodySize, readBody } from "./item.ts";
import { cursorOfSamePage, listPage, type Page } from "./listing.ts";
import { type ContractRequest, parseRequest } from "./request.ts";
import type { LoggedRequest } from "./request-log.ts";
import type { Shelf } from "./shelf.ts";
import { spoilAnswer, spoilPage } from "./spoil.ts";

export interface Account {
  readonly username: string;
  readonly password: string;
}

export interface GatewayState {
  readonly shelf: Shelf;
  readonly faults: FaultScript;
  readonly accounts: readonly Account[];
  /** Raised to let every cursor given out before expire. */
  cursorGeneration: number;
  readonly now: () => Date;
}

/**
 * Answers one request of the published contract (`docs/telemessage-gateway.openapi.yaml`).
 *
 * The order is fixed, so that a script of faults can be counted on: a request
 * must be well-formed and signed in before a fault may act on it.
 */
export async function answerContract(
  state: GatewayState,
  request: IncomingMessage,
  response: ServerResponse,
  { logged, closed }: { logged: LoggedRequest; closed: AbortSignal },
): Promise<void> {
  const asked = parseRequest(request);
  logged.route = asked.on;
  logged.type = asked.on === "account" ? null : asked.type;
  logged.id = asked.on === "read" ? asked.id : null;
  logged.username = signIn(state.accounts, request.headers.authorization);

  const { shelf, cursorGeneration } = state;
  const page = asked.on === "list" ? listPage(shelf, asked, cursorGeneration) : undefined;
  const fault = state.faults.take(occasionOf(asked, page));
  logged.fault = fault?.do ?? null;
  if (fault && (await spoilAnswer(fault, response, { now: state.now(), closed }))) return;

  if (asked.on === "list" && page) {
    const samePage = cursorOfSamePage(asked, cursorGeneration);
    sendJson(response, fault ? spoilPage(fault, page, samePage) : page);
  } else if (asked.on === "read") {
    logged.bodyBytes = await sendItem(shelf, asked, response, { fault, closed });
  } else {
    sendJson(response, {});
  }
}

/** RFC 7617: the user name ends at the first colon, the password may hold more. */
function signIn(accounts: readonly Account[], authorization: string | undefined): string {
  const encoded = authorization?.match(/^Basic ([A-Za-z0-9+/]+=*)$/i)?.[1] ?? "";
  const given = Buffer.from(encoded, "base64").toString();
  const account = accounts.find(({ username, password }) => given === `${username}:${password}`);
  if (account) return account.username;
  throw new Refusal(401, "Send the archive account's user name and password (HTTP Basic).", {
    "WWW-Authenticate": 'Basic realm="archive", charset="UTF-8"',
  });
}

function occasionOf(asked: ContractRequest, page: Page | undefined): FaultOccasion {
  switch (asked.on) {
    case "account":
      return { on: "account", ids: [], hasCursor: false };
    case "list": {
      const ids = page?.items.map(({ id }) => id) ?? [];
      return { on: "list", type: asked.type, ids, hasCursor: asked.cursor !== undefined };
    }
    case "read":
      return { on: "read", type: asked.type, ids: [asked.id], hasCursor: false };
  }
}

async function sendItem(
  shelf: Shelf,
  { type, id }: { type: string; id: string },
  response: ServerResponse,
  spoiling: { fault: Fault | undefined; closed: AbortSignal },
): Promise<number> {
  const item = shelf.find(type, id);
  if (!item) throw new Refusal(404, "No item of this type has this id.");
  const { mediaType, body } = item;
  return sendBody(response, readBody(item), { size: bodySize(body), mediaType, ...spoiling });
}
