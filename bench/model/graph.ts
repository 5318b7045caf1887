import {
  type GraphClient,
  type GraphRequest,
  serialised,
} from "../../shared/adapters/graph/client.ts";
import { GraphFailure } from "../../shared/adapters/graph/graph-failure.ts";
import { type Meter, meter } from "./exchange-limits.ts";

/** What Graph does to a request besides answering it. */
export interface GraphBehaviour {
  /** How long an answer takes, in ms; the time passes in here. */
  readonly wait?: () => Promise<unknown>;
  readonly nowMs: () => number;
  /** Whether Graph is away: what is asked or would be answered then meets a 503, and has done nothing. */
  readonly isAway?: (nowMs: number) => boolean;
  /** Whether Exchange's limits hold. */
  readonly limited: boolean;
  /** Every mailbox has its folder already, and nothing need be remembered. */
  readonly hasFolders?: boolean;
}

export interface ModelGraph {
  readonly client: GraphClient;
  readonly counts: { requests: number; throttled: number; away: number; messages: number };
  /** How often each subject was written: once, or something is wrong. */
  readonly written: ReadonlyMap<string, number>;
}

/**
 * Graph, as far as the importer and the directory ask it: users, folders, messages.
 * It keeps which folders there are and which subjects were written, and no more.
 */
export function modelGraph(
  behaviour: GraphBehaviour,
  options: { keepsSubjects: boolean },
): ModelGraph {
  const { wait, nowMs, isAway = () => false, limited, hasFolders = false } = behaviour;
  const counts = { requests: 0, throttled: 0, away: 0, messages: 0 };
  const meters = new Map<string, Meter>();
  const folders = new Set<string>();
  const written = new Map<string, number>();

  function meterOf(mailbox: string): Meter {
    const known = meters.get(mailbox) ?? meter();
    meters.set(mailbox, known);
    return known;
  }

  async function send({ method, path, query, body }: GraphRequest): Promise<unknown> {
    counts.requests += 1;
    const [, users, user = "", ...rest] = path.split("/");
    if (users !== "users") throw notFound();
    const entered = limited && rest.length > 0 ? meterOf(user) : undefined;
    const content = contentOf(body);
    const waitMs = entered?.enter(content.length, nowMs()) ?? 0;
    if (waitMs > 0) {
      counts.throttled += 1;
      throw new GraphFailure({ status: 429, code: "ApplicationThrottled", retryAfterMs: waitMs });
    }
    const wasAway = isAway(nowMs());
    try {
      await wait?.();
      if (wasAway || isAway(nowMs())) {
        counts.away += 1;
        throw new GraphFailure({ status: 503, code: "ServiceUnavailable" });
      }
      return answer(method, user, rest, query, content);
    } finally {
      entered?.leave();
    }
  }

  function answer(
    method: string,
    user: string,
    rest: readonly string[],
    query: GraphRequest["query"] | undefined,
    content: string,
  ): unknown {
    const [collection, id, items] = rest;
    if (collection === undefined) return directory(user);
    if (collection === "messages") return { value: [] };
    if (collection !== "mailFolders") throw notFound();
    if (items === "messages" && method === "POST") return create(content);
    if (items === "messages") return { value: [] };
    if (id !== undefined) return folder(id);
    if (method === "POST") {
      folders.add(user);
      return folder(`folder-${user}`);
    }
    const isHidden = query?.["includeHiddenFolders"] !== undefined;
    const isThere = (hasFolders || folders.has(user)) && !isHidden;
    return { value: isThere ? [folder(`folder-${user}`)] : [] };
  }

  function create(content: string): unknown {
    counts.messages += 1;
    if (options.keepsSubjects) {
      const subject = /"subject":"([^"]*)"/.exec(content)?.[1] ?? "";
      written.set(subject, (written.get(subject) ?? 0) + 1);
    }
    return { id: `message-${counts.messages}` };
  }

  return {
    counts,
    written,
    client: {
      baseUrl: "https://graph.example",
      send: <T>(request: GraphRequest) => send(request) as Promise<T>,
    },
  };
}

/** A body as text, however it came: bytes count for Exchange's budget too. */
function contentOf(body: unknown): string {
  const bytes = serialised(body) ?? "";
  return typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("latin1");
}

/** Everybody at contoso.com is a user, and nobody else. */
function directory(user: string): unknown {
  if (user === "") return { value: [] };
  if (!decodeURIComponent(user).endsWith("@contoso.com")) throw notFound();
  return { id: `id-${user}` };
}

function folder(id: string) {
  return { id, displayName: "WeChat Archiver", parentFolderId: "root" };
}

function notFound(): GraphFailure {
  return new GraphFailure({ status: 404, code: "ErrorItemNotFound" });
}
