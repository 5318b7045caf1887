import type { IncomingMessage } from "node:http";
import { ConfigurationError, SourceError } from "../domain/errors.ts";
import type { Window } from "../domain/window.ts";
import type { GatewaySource } from "../pipeline/connector.ts";
import type { Source } from "../pipeline/ports.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import type { Outbound } from "./outbound.ts";
import { itemBytes, textOf } from "./telemessage/body.ts";
import { follow, GatewayCursor } from "./telemessage/cursor.ts";
import { exchanges, gatewayTimeouts, type Timeouts } from "./telemessage/exchange.ts";
import { type GatewayPage, readPage } from "./telemessage/page.ts";
import { retryAfterMs, withRetries } from "./telemessage/retry.ts";

const PAGE_SIZE = 100;
const LARGEST_PAGE_BYTES = 8 * 1_048_576;
const RESTART_AGAIN_AFTER_MS = 3_600_000;

/**
 * A gateway that answers the published contract (`docs/telemessage-gateway.openapi.yaml`).
 *
 * Failures by code: `stopped` (sign-in, host, certificate, a redirect: needs a
 * person), `throttled` and `unavailable` (with `retryAfterMs` when the gateway said how
 * long), `item-unavailable` (this item only). Throws `ConfigurationError` at once
 * for a base URL that would send the password in the clear, or for no password.
 */
export function telemessageSource(
  config: GatewaySource,
  deps: {
    /** The catalogue's type, `WeChat`: part of the path. */
    type: string;
    password: string | undefined;
    outbound: Outbound;
    now: () => Date;
    sleep: (ms: number) => Promise<void>;
    random: () => number;
    timeouts?: Timeouts;
  },
): Source {
  const { type, outbound, now, timeouts = gatewayTimeouts } = deps;
  const { baseUrl, authorization } = signIn(config, deps.password, outbound);
  const get = exchanges({ baseUrl, authorization, outbound, timeouts });
  const archive = `/v1/archives/${encodeURIComponent(type)}/items`;

  function ask<T>(target: string, read: (answer: IncomingMessage) => T | Promise<T>): Promise<T> {
    return withRetries(async () => {
      const answer = await get(target);
      const failure = failureOf(answer, now());
      if (!failure) return read(answer);
      // Not read: a body that nobody reads would keep the connection, and its words are not ours.
      answer.destroy();
      throw failure;
    }, deps);
  }

  const text = (answer: IncomingMessage): Promise<string> =>
    textOf(answer, { idleMs: timeouts.idleMs, limit: LARGEST_PAGE_BYTES });

  async function page(window: Window, cursor: string | undefined): Promise<GatewayPage> {
    const query = [
      `receivedFrom=${window.from.toISOString()}`,
      `receivedTo=${window.until.toISOString()}`,
      `pageSize=${PAGE_SIZE}`,
      // Not `URLSearchParams`: it writes a space as `+`, which not every gateway reads so.
      ...(cursor === undefined ? [] : [`cursor=${encodeURIComponent(cursor)}`]),
    ];
    return readPage(await ask(`${archive}?${query.join("&")}`, text));
  }

  return {
    async test() {
      await ask("/v1/account", text);
    },

    async list(window, cursor) {
      const before = readCursor(GatewayCursor, cursor);
      try {
        const { items, next } = await page(window, before?.next);
        return { items, ...(next !== null && { next: writeCursor(follow(before, next)) }) };
      } catch (error) {
        if (!before || !isRefusedRequest(error)) throw error;
        return beginAgain(window, before);
      }
    },

    async read(item) {
      const target = `${archive}/${encodeURIComponent(item.id)}`;
      const answer = await ask(target, (it) => it).catch((error: unknown) => {
        throw isRefusedRequest(error) || isNotFound(error)
          ? new SourceError("item-unavailable", error.detail)
          : error;
      });
      if (answer.headers["content-encoding"] && answer.headers["content-encoding"] !== "identity") {
        answer.destroy();
        throw new SourceError("item-unavailable", "encoded-body");
      }
      const told = answer.headers["content-length"];
      const sizes = [item.size, told === undefined ? undefined : Number(told)];
      return itemBytes(answer, {
        idleMs: timeouts.idleMs,
        sizes: sizes.filter((size) => size !== undefined),
      });
    },
  };

  /**
   * Lists the window from its start, since the gateway does not know the cursor
   * any more; items are known by key. A gateway that refuses its own cursors is
   * not followed round and round: a second refusal within the hour is an error.
   */
  async function beginAgain(window: Window, refused: GatewayCursor) {
    const restartedAt = now().getTime();
    if (restartedAt - (refused.restartedAt ?? 0) < RESTART_AGAIN_AFTER_MS) {
      throw new SourceError("unavailable", "cursor-refused");
    }
    const { items, next } = await page(window, undefined);
    const cursor = next === null ? undefined : { ...follow(undefined, next), restartedAt };
    return { items, ...(cursor && { next: writeCursor(cursor) }) };
  }
}

/** What an answer's status says went wrong. Bodies of failures are never read. */
function failureOf({ statusCode = 0, headers }: IncomingMessage, now: Date) {
  const wait = { retryAfterMs: retryAfterMs(headers["retry-after"], now) };
  if (statusCode === 200) return undefined;
  if (statusCode === 401) return new SourceError("stopped", "unauthorized");
  if (statusCode === 403) return new SourceError("stopped", "forbidden");
  if (statusCode === 404 || statusCode === 410) return new SourceError("stopped", "not-found");
  if (statusCode === 429) return new SourceError("throttled", "too-many-requests", wait);
  if (statusCode === 408) return new SourceError("unavailable", "request-timeout");
  if (statusCode >= 500) return new SourceError("unavailable", `status-${statusCode}`, wait);
  // The password would go along, to wherever the answer points.
  if (statusCode >= 300 && statusCode < 400) return new SourceError("stopped", "redirected");
  if (statusCode >= 400) return new SourceError("stopped", "refused-request");
  return new SourceError("unavailable", `status-${statusCode}`);
}

function isRefusedRequest(error: unknown): error is SourceError {
  return error instanceof SourceError && error.detail === "refused-request";
}

function isNotFound(error: unknown): error is SourceError {
  return error instanceof SourceError && error.detail === "not-found";
}

/** What in the configuration forbids to send a request at all, field by field. Empty: nothing does. */
export function gatewayFaults(
  config: GatewaySource,
  password: string | undefined,
  outbound: Outbound,
): string[] {
  const { protocol, hostname, username, password: inUrl, search, hash } = new URL(config.baseUrl);
  const faults: string[] = [];
  if (protocol !== "https:" && !outbound.isLoopbackAllowed(hostname)) {
    faults.push("source.baseUrl must be https: over http the password could be read on the way");
  }
  if (username || inUrl || search || hash) {
    faults.push(
      "source.baseUrl must be scheme, host and path only: remove what follows or signs in",
    );
  }
  if (config.username.includes(":")) {
    faults.push("source.username must not hold a colon: HTTP Basic would cut it there");
  }
  // TeleMessage's own software once fell back to signing in as nobody.
  if (!password) {
    faults.push(
      "source.passwordSetting must name an app setting that holds the password: it is empty or absent",
    );
  }
  return faults;
}

function signIn(config: GatewaySource, password: string | undefined, outbound: Outbound) {
  const faults = gatewayFaults(config, password, outbound);
  if (faults.length > 0) throw new ConfigurationError(faults);
  const credentials = Buffer.from(`${config.username}:${password}`).toString("base64");
  return { baseUrl: new URL(config.baseUrl), authorization: `Basic ${credentials}` };
}
