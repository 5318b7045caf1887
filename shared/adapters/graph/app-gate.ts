import { type Breaker, closedForMs } from "../../domain/breaker.ts";
import { classify } from "../../domain/error-table.ts";
import { type DeferCode, DeferredError } from "../../domain/errors.ts";
import { noEarlierThan } from "../../domain/retry-after.ts";
import type { ClosedGate, Gates, Log } from "../../pipeline/ports.ts";
import type { GraphClient } from "./client.ts";
import { GraphFailure, isStatus } from "./graph-failure.ts";
import { graphPath } from "./odata.ts";

/** The app's own gate: closed while Graph refuses the whole app, or is down. */
export interface AppGate {
  /**
   * Passes while the gate is open. While it is closed, throws `DeferredError`;
   * when its time is over, looks whether Graph serves this mailbox, and opens it.
   */
  pass(mailbox: string | undefined): Promise<void>;
  close(code: DeferCode): Promise<void>;
  /** Closes the gate, unless a plain look into the mailbox is answered. */
  closeUnlessAnswered(mailbox: string | undefined): Promise<void>;
}

const APP = "app";
/** An id that no user has. */
const NOBODY = "00000000-0000-0000-0000-000000000000";
/** While one invocation looks, the others wait this long. */
const LOOKING_MS = 5_000;
/** So many mailboxes have to refuse before the gate is closed again. */
const REFUSALS = 3;

export function appGate(options: {
  client: GraphClient;
  gates: Gates;
  breaker: Breaker;
  log: Log;
  now: () => Date;
  random: () => number;
}): AppGate {
  const { client, gates, breaker, log, now, random } = options;
  let looking = false;
  /** Mailboxes that refused, since the gate's time was over. */
  const refused = new Set<string>();
  // Two failures at once would each find the gate open, and raise the alarm twice.
  let closing: Promise<void> = Promise.resolve();

  const deferred = (code: DeferCode, ms: number) =>
    new DeferredError(code, {
      on: "app",
      retryAfterMs: noEarlierThan(Math.max(ms, 1), random),
      // Whoever meets a closed gate had not asked yet.
      nothingWritten: true,
    });

  async function close(code: DeferCode): Promise<void> {
    const before = await gates.closed(APP);
    const at = now();
    if (before && before.until > at) return;
    const since = before?.since ?? at;
    const until = new Date(at.getTime() + closedForMs(since, at));
    await gates.close(APP, { until, since, code });
    if (!before) {
      log.error("graph gate closed", { code });
    }
  }

  function closeOnce(code: DeferCode): Promise<void> {
    closing = closing.then(
      () => close(code),
      () => close(code),
    );
    return closing;
  }

  /**
   * A plain look at the directory and into the mailbox: the one needs the app's
   * directory consent, the other its mail consent.
   */
  async function look(mailbox: string, code: DeferCode): Promise<"served" | "refused" | "down"> {
    try {
      await lookAtDirectory(client);
      await lookInto(client, mailbox);
      breaker.served(mailbox);
      return "served";
    } catch (error) {
      if (!(error instanceof GraphFailure)) throw error;
      const row = classify(error.failure);
      if (row.class === "app" || row.id === "unavailable") return "down";
      // Any answer shows that Graph is up; that it serves the app, only a good one.
      return code === "graph-unavailable" ? "served" : "refused";
    }
  }

  async function lookAgain(mailbox: string, closed: ClosedGate): Promise<void> {
    if (looking || refused.has(mailbox)) {
      if (!looking) await closeAgain(closed);
      throw deferred(closed.code, LOOKING_MS);
    }
    looking = true;
    try {
      const seen = await look(mailbox, closed.code);
      if (seen === "served") {
        refused.clear();
        await gates.open(APP);
        log.info("graph gate opened", { code: closed.code });
        return;
      }
      if (seen === "refused") refused.add(mailbox);
      // One mailbox that refuses keeps nobody else from looking.
      if (seen === "down" || refused.size >= REFUSALS) await closeAgain(closed);
    } finally {
      looking = false;
    }
    throw deferred(closed.code, closedForMs(closed.since, now()));
  }

  async function closeAgain({ code }: ClosedGate): Promise<void> {
    refused.clear();
    await closeOnce(code);
  }

  return {
    async pass(mailbox) {
      const closed = await gates.closed(APP);
      if (!closed) return;
      const leftMs = closed.until.getTime() - now().getTime();
      if (leftMs > 0) throw deferred(closed.code, leftMs);
      // Directory questions pass meanwhile: they cannot tell whether mail is served again.
      if (mailbox !== undefined) await lookAgain(mailbox, closed);
    },
    close: closeOnce,
    async closeUnlessAnswered(mailbox) {
      if (looking || (await gates.closed(APP))) return;
      looking = true;
      try {
        await (mailbox === undefined ? lookAtDirectory(client) : lookInto(client, mailbox));
      } catch (error) {
        if (!(error instanceof GraphFailure)) throw error;
        if (classify(error.failure).id === "unavailable") {
          return await closeOnce("graph-unavailable");
        }
      } finally {
        looking = false;
      }
      // One item that always fails is no outage.
      breaker.answered();
    },
  };
}

/**
 * Whether the app may ask the directory: "there is no such user" is what it hears
 * then. Throws `GraphFailure`.
 */
export async function lookAtDirectory(client: GraphClient): Promise<void> {
  try {
    await client.send({ method: "GET", path: `/users/${NOBODY}`, query: { $select: "id" } });
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
}

function lookInto(client: GraphClient, mailbox: string): Promise<unknown> {
  const path = graphPath`/users/${mailbox}/mailFolders/inbox`;
  return client.send({ method: "GET", path, query: { $select: "id" } });
}
