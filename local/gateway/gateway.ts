import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ZodError, z } from "zod";
import { Refusal, sendProblem } from "./answers.ts";
import { type Account, answerContract, type GatewayState } from "./contract.ts";
import { answerControl } from "./control-api.ts";
import { type FaultLine, faultScript } from "./faults.ts";
import type { Item } from "./item.ts";
import { requestLog } from "./request-log.ts";
import { memoryShelf } from "./shelf.ts";

/** The account that a stand-in has when none is named. */
export const exampleAccount: Account = { username: "archive@contoso.com", password: "example" };

export interface GatewayOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly items?: Iterable<Item>;
  readonly accounts?: readonly Account[];
  readonly faults?: readonly FaultLine[];
  /** Only the request log and `Retry-After` dates ask it. */
  readonly now?: () => Date;
}

export interface Gateway {
  /** Scheme, host and port, without a slash at the end: the `baseUrl` of a connector. */
  readonly url: string;
  /** Cuts the connections that are open. */
  close(): Promise<void>;
}

/**
 * Starts a stand-in TeleMessage gateway on the loopback address.
 *
 * It answers the published contract for any type, with the items and faults
 * it is given, and `/_control/…` (`gatewayControl`) for whoever directs it.
 */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const { port = 0, accounts = [exampleAccount], now = () => new Date() } = options;
  const log = requestLog();
  const initialItems = [...(options.items ?? [])];
  const state: GatewayState = {
    shelf: memoryShelf(),
    faults: faultScript(),
    accounts,
    cursorGeneration: 0,
    now,
  };
  const reset = (): void => {
    state.shelf.clear();
    for (const item of initialItems) state.shelf.put(item);
    state.faults.clear();
    state.faults.add(options.faults ?? []);
    log.clear();
  };
  reset();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "" } = request;
    if (url.startsWith("/_control/")) {
      return answerControl(state, log, reset, request, response).catch(refuse(response));
    }
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const logged = log.begin({ at: now().toISOString(), method, url });
    await answerContract(state, request, response, { logged, closed: gone.signal }).catch(
      refuse(response),
    );
    logged.status = response.headersSent ? response.statusCode : null;
    log.end();
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(response: ServerResponse): (error: unknown) => void {
  return (error) => {
    // The client has hung up, or half a body is out: nothing can be said any more.
    if (response.destroyed || response.headersSent) response.destroy();
    else sendProblem(response, refusalOf(error));
  };
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof ZodError) return new Refusal(400, z.prettifyError(error));
  if (error instanceof SyntaxError) return new Refusal(400, "The body is not JSON.");
  return new Refusal(500, String(error));
}
