import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { test } from "node:test";
import { gatewayControl } from "../../../local/gateway/control.ts";
import type { FaultLine } from "../../../local/gateway/faults.ts";
import { allPages, DAY, gatewayFor, listed, NOW, serverFor, sourceAt, wechat } from "./world.ts";

const items = [wechat("a", "Hello")];
const status = (code: number, more: object = {}): FaultLine =>
  ({ on: "any", do: "status", status: code, times: null, ...more }) as FaultLine;

test("the connection test signs in, and asks for nothing else", async (t) => {
  const gateway = await gatewayFor(t, { items });

  await sourceAt(gateway.url).source.test();

  const { requests } = await gatewayControl(gateway.url).requests();
  assert.deepEqual(
    requests.map(({ url }) => url),
    ["/v1/account"],
  );
});

test("a wrong password stops the connector at once, wherever it shows", async (t) => {
  const gateway = await gatewayFor(t, { items });
  const { source, slept } = sourceAt(gateway.url, { password: "wrong" });

  const unauthorized = { code: "stopped", detail: "unauthorized" };
  await assert.rejects(source.test(), unauthorized);
  await assert.rejects(source.list(DAY, undefined), unauthorized);
  await assert.rejects(source.read(listed("a", 5)), unauthorized);
  assert.deepEqual(slept, []);
});

test("an account that may not read the type stops the connector", async (t) => {
  const gateway = await gatewayFor(t, { items, faults: [status(403)] });
  const { source } = sourceAt(gateway.url);

  await assert.rejects(source.list(DAY, undefined), { code: "stopped", detail: "forbidden" });
  await assert.rejects(source.read(listed("a", 5)), { code: "stopped", detail: "forbidden" });
});

test("an address where no gateway answers the contract stops the connector", async (t) => {
  const gateway = await gatewayFor(t);
  const { source } = sourceAt(`${gateway.url}/wrong`);

  await assert.rejects(source.test(), { code: "stopped", detail: "not-found" });
});

test("a short Retry-After is waited out, in seconds or as a date", async (t) => {
  const gateway = await gatewayFor(t, {
    items,
    faults: [
      { on: "list", do: "status", status: 429, retryAfter: { seconds: 2 } },
      { on: "list", do: "status", status: 503, retryAfter: { seconds: 3, as: "http-date" } },
    ],
    now: () => NOW,
  });
  const { source, slept } = sourceAt(gateway.url);

  assert.deepEqual(await allPages(source), ["a"]);
  assert.deepEqual(slept, [2_000, 3_000]);
});

test("a long Retry-After is handed on, and nothing is slept", async (t) => {
  const gateway = await gatewayFor(t, {
    items,
    faults: [
      { on: "list", do: "status", status: 429, retryAfter: { seconds: 90 } },
      { on: "read", do: "status", status: 503, retryAfter: { seconds: 60, as: "http-date" } },
    ],
    now: () => NOW,
  });
  const { source, slept } = sourceAt(gateway.url);

  await assert.rejects(source.list(DAY, undefined), { code: "throttled", retryAfterMs: 90_000 });
  await assert.rejects(source.read(listed("a", 5)), { code: "unavailable", retryAfterMs: 60_000 });
  assert.deepEqual(slept, []);
});

test("waits add up: together they are never longer than five seconds", async (t) => {
  const gateway = await gatewayFor(t, {
    faults: [status(429, { retryAfter: { seconds: 3 } })],
  });
  const { source, slept } = sourceAt(gateway.url);

  await assert.rejects(source.list(DAY, undefined), { code: "throttled", retryAfterMs: 3_000 });
  assert.deepEqual(slept, [3_000]);
});

for (const code of [500, 502, 504, 408]) {
  test(`a passing ${code} is tried again; one that stays makes the source unavailable`, async (t) => {
    const gateway = await gatewayFor(t, {
      items,
      faults: [{ on: "list", do: "status", status: code, times: 2 }],
    });
    const { source, slept } = sourceAt(gateway.url);
    assert.deepEqual(await allPages(source), ["a"]);
    assert.deepEqual(slept, [250, 500]);

    await gatewayControl(gateway.url).addFaults([status(code)]);
    await assert.rejects(source.list(DAY, undefined), { code: "unavailable" });
    assert.equal(slept.length, 4);
  });
}

test("a connection that breaks is tried again, in the midst of a page too", async (t) => {
  const gateway = await gatewayFor(t, { items, faults: [{ on: "list", do: "hang-up" }] });
  let asked = 0;
  const url = await serverFor(t, (_request, response) => {
    asked += 1;
    if (asked > 1) return response.end('{"items":[],"next":null}');
    response.write('{"items":[');
    return setImmediate(() => response.destroy());
  });

  assert.deepEqual(await allPages(sourceAt(gateway.url).source), ["a"]);
  assert.deepEqual(await allPages(sourceAt(url).source), []);
});

test("a source that nobody answers for is unavailable", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));

  await assert.rejects(sourceAt(`http://127.0.0.1:${port}`).source.test(), {
    code: "unavailable",
    detail: "connection-failed",
  });
});

test("an answer that does not come is not waited for without end", async (t) => {
  const url = await serverFor(t, () => {});
  const stuck = await serverFor(t, (_request, response) => response.write("{"));
  const timeouts = { connectMs: 5_000, answerMs: 5_000, idleMs: 5_000 };

  await assert.rejects(sourceAt(url, { timeouts: { ...timeouts, answerMs: 50 } }).source.test(), {
    code: "unavailable",
    detail: "answer-timeout",
  });
  await assert.rejects(sourceAt(stuck, { timeouts: { ...timeouts, idleMs: 50 } }).source.test(), {
    code: "unavailable",
    detail: "body-timeout",
  });
});
