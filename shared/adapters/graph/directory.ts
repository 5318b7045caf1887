import type { User } from "@microsoft/microsoft-graph-types";
import { classify } from "../../domain/error-table.ts";
import { DeferredError } from "../../domain/errors.ts";
import { noEarlierThan } from "../../domain/retry-after.ts";
import type { Directory, DirectoryAnswer } from "../../pipeline/ports.ts";
import type { GraphRequest } from "./client.ts";
import { type ExpiringCache, expiringCache } from "./expiring-cache.ts";
import { GraphFailure, isStatus } from "./graph-failure.ts";
import { graphPath, nextPage, odataText, type Page } from "./odata.ts";
import type { GraphTraffic } from "./traffic.ts";

const MINUTE = 60_000;
/** Object ids never change hands. */
const KEPT_MS = 24 * 60 * MINUTE;
/** Briefly, so that whoever adds a user and drives an item again soon meets that user. */
const DENIED_KEPT_MS = 5 * MINUTE;
const MOST_ADDRESSES = 50_000;
const AWAY_MS = MINUTE;

/** The Microsoft 365 directory, with what it answered of late. Asks nothing of a user but the id. */
export function graphDirectory(traffic: GraphTraffic): Directory {
  const { now } = traffic;
  const answers = expiringCache<DirectoryAnswer>({ now, most: MOST_ADDRESSES });
  const probed = expiringCache<boolean>({ now, most: MOST_ADDRESSES });

  return {
    resolve(address) {
      const asked = address.trim();
      // Anything else is no address, and `me` or an object id would find somebody.
      if (!/^[^\s@]+@[^\s@]+$/.test(asked)) return Promise.resolve({ kind: "unknown" });
      return answers.get(asked.toLowerCase(), async () => {
        const value = await door(traffic, () => answer(traffic, asked, probed));
        return { value, keepMs: value.kind === "mailbox" ? KEPT_MS : DENIED_KEPT_MS };
      });
    },
  };
}

async function answer(
  traffic: GraphTraffic,
  address: string,
  probed: ExpiringCache<boolean>,
): Promise<DirectoryAnswer> {
  const ids = await findUsers(traffic, address);
  const [mailbox] = ids;
  if (mailbox === undefined) return { kind: "unknown" };
  if (ids.size > 1) return { kind: "ambiguous" };
  const isServed = await probed.get(mailbox, async () => {
    const value = await hasMailbox(traffic, mailbox);
    return { value, keepMs: value ? KEPT_MS : DENIED_KEPT_MS };
  });
  return isServed ? { kind: "mailbox", mailbox } : { kind: "no-mailbox" };
}

/** The object ids that an address may mean: its owner by user principal name, else by mail or proxy address. */
async function findUsers(traffic: GraphTraffic, address: string): Promise<Set<string>> {
  try {
    const query = { $select: "id" };
    const user = await traffic.ask<User>({ method: "GET", path: userPath(address), query });
    // No answer to the question: taken for "there is none", it would set a healthy item aside.
    if (!user?.id) throw new GraphFailure({ status: 0, code: "network" });
    return new Set([user.id]);
  } catch (error) {
    // 400: an address that cannot be a user principal name may still be a proxy address.
    if (!isStatus(error, 400, 404)) throw error;
  }
  const text = odataText(address);
  const proxy = odataText(`smtp:${address}`);
  const $filter = `mail eq ${text} or userPrincipalName eq ${text} or proxyAddresses/any(p:p eq ${proxy})`;
  const ids = new Set<string>();
  let next: GraphRequest | undefined = {
    method: "GET",
    path: "/users",
    query: { $filter, $select: "id" },
  };
  while (next && ids.size < 2) {
    const page: Page<User> = await traffic.ask<Page<User>>(next);
    for (const { id } of page.value) {
      if (id) ids.add(id);
    }
    next = nextPage(page, traffic.baseUrl);
  }
  return ids;
}

/** A name that begins with `$` would be read as part of the path, unless it stands in brackets. */
function userPath(address: string): string {
  return address.startsWith("$")
    ? graphPath`/users(${odataText(address)})`
    : graphPath`/users/${address}`;
}

/**
 * Whether Exchange serves the user a mailbox. One that refuses the app is there
 * all the same: its deliveries then wait, and say why, instead of being dropped.
 */
async function hasMailbox(traffic: GraphTraffic, mailbox: string): Promise<boolean> {
  const path = graphPath`/users/${mailbox}/mailFolders/inbox`;
  try {
    await traffic.visit(mailbox).call({ method: "GET", path, query: { $select: "id" } });
    return true;
  } catch (error) {
    if (error instanceof DeferredError && error.on === "mailbox") {
      return error.code !== "mailbox-unavailable";
    }
    const told = error instanceof GraphFailure ? classify(error.failure).mailbox : undefined;
    if (told === undefined) throw error;
    return told === "exists";
  }
}

/** No item is to blame for a look-up: what Graph cannot answer now waits, and what it refuses is a bug. */
async function door<T>(traffic: GraphTraffic, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GraphFailure)) throw error;
    const { wait } = classify(error.failure);
    if (!wait) throw error;
    const waitMs = error.failure.retryAfterMs ?? wait.delayMs ?? AWAY_MS;
    throw new DeferredError(wait.code, {
      on: "app",
      retryAfterMs: noEarlierThan(waitMs, traffic.random),
      cause: error,
    });
  }
}
