import assert from "node:assert/strict";
import { test } from "node:test";
import { ownHostJson } from "../../../bench/harness/archiver-host.ts";
import { mailboxBoundMs } from "../../../bench/model/bound.ts";
import { type FleetOptions, runFleet } from "../../../bench/model/fleet.ts";
import { queueSettings } from "../../../bench/model/functions-host.ts";
import { jobSet } from "../../../bench/model/job-set.ts";
import type { GraphClient, GraphRequest } from "../../../shared/adapters/graph/client.ts";
import { GraphFailure } from "../../../shared/adapters/graph/graph-failure.ts";

/** Every third item is for one mailbox. */
const skewed = jobSet(300, (n) => (n % 3 === 0 ? "big" : `mailbox-${n % 60}`));

const small: FleetOptions = {
  jobs: skewed,
  instances: 4,
  queues: queueSettings(ownHostJson()),
  latencyMs: (random) => 100 + 200 * random(),
  seed: 1,
};

/** Graph, but for what it does to the messages that are written. */
function faulty(
  write: (client: GraphClient, request: GraphRequest, n: number) => Promise<unknown>,
) {
  let n = 0;
  return (client: GraphClient): GraphClient => ({
    ...client,
    send<T>(request: GraphRequest) {
      const isWrite = request.method === "POST" && request.path.endsWith("/messages");
      if (!isWrite) return client.send<T>(request);
      n += 1;
      return write(client, request, n) as Promise<T>;
    },
  });
}

test("a small fleet writes every delivery once, and sets none aside", async () => {
  const { finishedAt, graph, poisoned } = await runFleet(small);

  assert.equal(finishedAt.length, 300);
  assert.ok(finishedAt.every((at) => at > 0));
  assert.equal(graph.messages, 300);
  assert.equal(poisoned, 0);
});

test("the same seed gives the same day, and another one another", async () => {
  const one = await runFleet(small);

  assert.deepEqual(await runFleet(small), one);
  assert.notDeepEqual((await runFleet({ ...small, seed: 2 })).finishedAt, one.finishedAt);
});

test("an outage loses nothing and doubles nothing", async () => {
  const outage = { fromMs: 1_000, untilMs: 121_000 };

  const { graph, finishedAt } = await runFleet({ ...small, outage });

  assert.ok(graph.away > 0);
  assert.equal(graph.messages, 300);
  assert.ok(finishedAt.every((at) => at < outage.fromMs + 300 || at >= outage.untilMs));
});

test("no fleet is faster than the bound", async () => {
  const outage = { fromMs: 1_000, untilMs: 61_000 };
  const latencyMs = 200;
  const one = { ...small, jobs: jobSet(100, () => "big"), latencyMs: () => latencyMs };

  const plain = await runFleet(one);
  const held = await runFleet({ ...one, outage });

  assert.ok(Math.max(...plain.finishedAt) >= mailboxBoundMs(100, latencyMs));
  assert.ok(Math.max(...held.finishedAt) >= mailboxBoundMs(100, latencyMs, { outage }));
});

test("a Graph that writes and then says that it did not is found out", async () => {
  const between = faulty(async (client, request, n) => {
    const answer = await client.send(request);
    if (n === 7) throw new GraphFailure({ status: 429, code: "TooManyRequests", retryAfterMs: 1 });
    return answer;
  });

  await assert.rejects(
    runFleet({ ...small, between }),
    /Of 300 deliveries 300 were written, 1 twice/,
  );
});

test("a Graph that says it wrote and did not is found out", async () => {
  const between = faulty(async (client, request, n) =>
    n === 7 ? { id: "message-7" } : client.send(request),
  );

  await assert.rejects(runFleet({ ...small, between }), /Of 300 deliveries 299 were written/);
});

test("a delivery that is set aside ends the run, which would else wait for it for ever", async () => {
  const between = faulty(async (client, request, n) => {
    if (n > 7) throw new GraphFailure({ status: 400, code: "ErrorInvalidRequest" });
    return client.send(request);
  });

  await assert.rejects(runFleet({ ...small, between }), /set aside: rejected-by-exchange/);
});

test("a fault of the model's own ends the run", async () => {
  const between = faulty(async (client, request, n) => {
    if (n === 7) throw new TypeError("a fault of the model");
    return client.send(request);
  });

  await assert.rejects(runFleet({ ...small, between }), /a fault of the model/);
});
