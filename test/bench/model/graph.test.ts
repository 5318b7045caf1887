import assert from "node:assert/strict";
import { test } from "node:test";
import { modelGraph } from "../../../bench/model/graph.ts";
import { GraphFailure } from "../../../shared/adapters/graph/graph-failure.ts";

const ann = "/users/a0000000-0000-4000-8000-000000000001";
const MB = 1_000_000;

const post = (content: string) =>
  ({ method: "POST", path: `${ann}/mailFolders/folder/messages`, body: content }) as const;
const hello = '{"subject":"1","body":{"content":"Hello"}}';

function refusedWith(status: number) {
  return (error: unknown) => error instanceof GraphFailure && error.failure.status === status;
}

test("a message is counted by its subject, whether it came as text or as bytes", async () => {
  const { client, written, counts } = modelGraph(
    { nowMs: () => 0, limited: true },
    { keepsSubjects: true },
  );

  await client.send(post(hello));
  await client.send({ ...post(""), body: Buffer.from(hello) });
  await client.send(post('{"subject":"2"}'));

  assert.deepEqual([...written], [...[["1", 2] as const, ["2", 1] as const]]);
  assert.equal(counts.messages, 3);
});

test("bytes count for the mailbox's budget as text does", async () => {
  const { client } = modelGraph({ nowMs: () => 0, limited: true }, { keepsSubjects: false });

  await client.send({ ...post(""), body: Buffer.alloc(100 * MB, "a") });

  await assert.rejects(client.send(post("a".repeat(51 * MB))), refusedWith(429));
});

test("what is refused was not written", async () => {
  let nowMs = 0;
  const { client, written, counts } = modelGraph(
    { nowMs: () => nowMs, limited: true, isAway: (at) => at < 100 },
    { keepsSubjects: true },
  );

  await assert.rejects(client.send(post(hello)), refusedWith(503));
  nowMs = 100;
  await client.send(post(hello));

  assert.deepEqual([...written], [["1", 1]]);
  assert.equal(counts.away, 1);
});

test("a request that meets the outage at either end is refused", async () => {
  let nowMs = 0;
  const outcome = async (fromMs: number): Promise<string> => {
    nowMs = fromMs;
    const { client } = modelGraph(
      {
        nowMs: () => nowMs,
        wait: async () => {
          nowMs += 100;
        },
        isAway: (at) => at >= 1_000 && at < 2_000,
        limited: false,
      },
      { keepsSubjects: false },
    );
    return client.send(post(hello)).then(
      () => "written",
      () => "refused",
    );
  };

  assert.deepEqual(
    [await outcome(899), await outcome(900), await outcome(1_950), await outcome(2_000)],
    ["written", "refused", "refused", "written"],
  );
});

test("a mailbox has its folder once it was made", async () => {
  const { client } = modelGraph({ nowMs: () => 0, limited: true }, { keepsSubjects: false });
  const folders = () =>
    client.send<{ value: unknown[] }>({ method: "GET", path: `${ann}/mailFolders` });

  const before = await folders();
  await client.send({ method: "POST", path: `${ann}/mailFolders`, body: {} });

  assert.equal(before.value.length, 0);
  assert.equal((await folders()).value.length, 1);
});

test("a request that is over makes room, however it ended", async () => {
  const { client, counts } = modelGraph(
    { nowMs: () => 0, limited: true, isAway: () => true },
    { keepsSubjects: false },
  );

  for (let n = 0; n < 20; n += 1) await assert.rejects(client.send(post(hello)), refusedWith(503));

  assert.equal(counts.throttled, 0);
});
