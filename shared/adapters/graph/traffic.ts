import { breaker } from "../../domain/breaker.ts";
import { classify, failureWord } from "../../domain/error-table.ts";
import { DeferredError } from "../../domain/errors.ts";
import type { LaneLimits } from "../../domain/lane.ts";
import { backOffMs, noEarlierThan } from "../../domain/retry-after.ts";
import type { ClosedGate, Gates, Log } from "../../pipeline/ports.ts";
import { appGate } from "./app-gate.ts";
import { type GraphClient, type GraphRequest, serialised } from "./client.ts";
import { GraphFailure } from "./graph-failure.ts";
import { graphLanes } from "./lanes.ts";
import { type Observe, observedClient, unobserved } from "./observe.ts";
import { PATIENCE_MS, type Patience, patience, type Sleep } from "./patience.ts";
import { closeMailbox, LONGEST_BACK_OFF_MS, verdicts } from "./verdict.ts";

export interface TrafficOptions {
  readonly client: GraphClient;
  readonly gates: Gates;
  readonly log: Log;
  readonly now: () => Date;
  readonly sleep: Sleep;
  /** From 0 to 1: spreads what would else come back all at once. */
  readonly random: () => number;
  readonly limits?: LaneLimits;
  readonly observe?: Observe;
}

/** All that one process asks of Graph: it keeps to the limits, and knows who has to wait. */
export interface GraphTraffic {
  /** The dealings of one invocation with one mailbox; it waits 5 s in all, then defers. */
  visit(mailbox: string): Visit;
  /** A question to the directory. Throws `DeferredError` or `GraphFailure`. */
  ask<T>(request: GraphRequest): Promise<T>;
  readonly baseUrl: string;
  readonly now: () => Date;
  readonly random: () => number;
  readonly log: Log;
}

export interface Visit {
  readonly mailbox: string;
  readonly patience: Patience;
  /**
   * Throws `DeferredError` when the mailbox or the app has to wait, and
   * `GraphFailure` for all else, so that who asked can make something of it. What
   * may be repeated safely is repeated while the invocation may wait.
   */
  call<T>(request: GraphRequest): Promise<T>;
  /** As `call`, for what does not go through the client: a range of an upload. */
  send<T>(ask: Ask, work: () => Promise<T>): Promise<T>;
  /**
   * Sets aside bytes of the mailbox's budget for all that this visit will upload,
   * or throws `DeferredError`. From then on its requests are paid for.
   */
  reserve(bytes: number): void;
  /** Does the work for a delivery; throws what the pipeline knows in place of a `GraphFailure`. */
  deliver<T>(key: string, work: () => Promise<T>): Promise<T>;
}

export interface Ask {
  readonly use: "write" | "look-up";
  readonly bytes: number;
  /** Asking again does no harm, even when the first was served and its answer lost. */
  readonly repeatable: boolean;
  /** Of a request that does not go through the client: what those who watch are told. */
  readonly name?: string;
}

export function graphTraffic(options: TrafficOptions): GraphTraffic {
  const { gates, log, now, sleep, random, observe = unobserved } = options;
  const client = observedClient(options.client, observe);
  const breaks = breaker();
  const app = appGate({ client, gates, breaker: breaks, log, now, random });
  const lanes = graphLanes(options);
  const verdict = verdicts({ app, breaker: breaks, gates, lanes, log, now, random });

  /** Tells everyone else what a failure means for them: in this process, and by the gates in the others. */
  async function heed(error: GraphFailure, mailbox: string | undefined): Promise<void> {
    const { failure, requestId } = error;
    const row = classify(failure);
    const fields = { row: row.id, code: failureWord(failure), status: failure.status, requestId };
    // That there is no such user is an answer, and most participants are not ours.
    const isAnswer = mailbox === undefined && failure.status === 404;
    if (row.class === "transient") log.info("graph request deferred", fields);
    else if (!isAnswer) log.warn("graph request refused", fields);

    if (row.id !== "unavailable") breaks.answered();
    else if (breaks.failed(now())) await app.closeUnlessAnswered(mailbox);
    if (row.class === "app") await app.close("graph-forbidden");

    // The lane keeps this process within the limits, so others are at work there too.
    if (mailbox !== undefined && failure.status === 429) await gates.crowd(mailbox);

    const waitMs = failure.retryAfterMs;
    if (mailbox !== undefined && waitMs !== undefined && row.class === "transient") {
      const until = new Date(now().getTime() + waitMs);
      lanes.holdUntil(mailbox, until);
      // Shorter waits are over before another process would read of them.
      if (waitMs > PATIENCE_MS) {
        await closeMailbox(gates, mailbox, { until, code: "graph-throttled" }, now());
      }
    }
  }

  async function persist<T>(
    once: () => Promise<T>,
    { repeatable, mailbox, patience }: Persistence,
  ): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await once();
      } catch (error) {
        if (!(error instanceof GraphFailure)) throw error;
        await heed(error, mailbox);
        const { status, retryAfterMs } = error.failure;
        const isSafe =
          status === 429 || (repeatable && classify(error.failure).id === "unavailable");
        const waitMs = retryAfterMs ?? backOffMs(tries, LONGEST_BACK_OFF_MS);
        if (!isSafe || !(await patience.wait(noEarlierThan(waitMs, random)))) throw error;
      }
    }
  }

  function visit(mailbox: string): Visit {
    const patient = patience({ now, sleep });
    /** A closed gate whose time is over: opened by the first answer that shows it may be. */
    let ajar: ClosedGate | undefined;
    let isPaid = false;

    async function pass(): Promise<void> {
      await app.pass(mailbox);
      const closed = await gates.closed(mailbox);
      const leftMs = closed ? closed.until.getTime() - now().getTime() : 0;
      if (closed && leftMs > 0 && !(await patient.wait(leftMs))) {
        const code = closed.code === "graph-throttled" ? "mailbox-waiting" : closed.code;
        const retryAfterMs = noEarlierThan(leftMs, random);
        throw new DeferredError(code, { on: "mailbox", retryAfterMs, nothingWritten: true });
      }
      ajar = closed;
    }

    async function served(use: Ask["use"]): Promise<void> {
      breaks.served(mailbox);
      // A full mailbox can still be read: only a write shows that there is room again.
      if (ajar && (ajar.code !== "mailbox-quota" || use === "write")) {
        await gates.open(mailbox);
        ajar = undefined;
      }
    }

    function send<T>({ use, bytes, repeatable, name }: Ask, work: () => Promise<T>): Promise<T> {
      const once = async () => {
        await pass();
        const place = await lanes.enter(mailbox, isPaid ? 0 : bytes, patient);
        try {
          const answer = await (name === undefined ? work() : observe(name, work));
          await served(use);
          return answer;
        } finally {
          place.leave();
        }
      };
      return persist(once, { repeatable, mailbox, patience: patient });
    }

    return {
      mailbox,
      patience: patient,
      send,
      call<T>(request: GraphRequest): Promise<T> {
        const body = serialised(request.body);
        const isLookUp = request.method === "GET";
        const ask: Ask = {
          use: isLookUp ? "look-up" : "write",
          bytes: body === undefined ? 0 : Buffer.byteLength(body),
          repeatable: isLookUp,
        };
        return send(ask, () => client.send<T>({ ...request, body }));
      },
      reserve(bytes) {
        lanes.reserve(mailbox, bytes);
        isPaid = true;
      },
      async deliver(key, work) {
        try {
          const done = await work();
          verdict.forget(key);
          return done;
        } catch (error) {
          if (!(error instanceof GraphFailure)) throw error;
          throw await verdict.on(error, { key, mailbox, ajar });
        }
      },
    };
  }

  return {
    baseUrl: client.baseUrl,
    now,
    random,
    log,
    visit,
    async ask<T>(request: GraphRequest): Promise<T> {
      const once = async () => {
        await app.pass(undefined);
        const answer = await client.send<T>(request);
        breaks.answered();
        return answer;
      };
      const patient = patience({ now, sleep });
      return persist(once, { repeatable: true, mailbox: undefined, patience: patient });
    },
  };
}

interface Persistence {
  readonly repeatable: boolean;
  readonly mailbox: string | undefined;
  readonly patience: Patience;
}
