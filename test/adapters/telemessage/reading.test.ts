import assert from "node:assert/strict";
import { test } from "node:test";
import { gatewayControl } from "../../../local/gateway/control.ts";
import type { FaultLine } from "../../../local/gateway/faults.ts";
import {
  allPages,
  bytesOf,
  DAY,
  gatewayFor,
  listed,
  serverFor,
  sourceAt,
  wechat,
} from "./world.ts";

const text = "From: ann@contoso.com\r\n\r\nSee you at nine.\r\n".repeat(5_000);
const size = Buffer.byteLength(text);

test("an item's bytes come as the gateway holds them", async (t) => {
  const gateway = await gatewayFor(t, { items: [wechat("a", text)] });

  const bytes = await bytesOf(sourceAt(gateway.url).source, listed("a", size));

  assert.equal(bytes.toString(), text);
});

const oddIds = [
  "a/b",
  "100%",
  "%2F",
  "..x",
  "a?b#c",
  "消息-1",
  "🙂",
  "a b",
  "a+b",
  "a;b=c",
  "~.-_",
];
test("an id of any characters is one segment of the path", async (t) => {
  const gateway = await gatewayFor(t, { items: oddIds.map((id) => wechat(id, `bytes of ${id}`)) });
  const { source } = sourceAt(gateway.url);
  const { items } = await source.list(DAY, undefined);

  const bytes = await Promise.all(items.map(async (item) => String(await bytesOf(source, item))));

  assert.deepEqual(bytes.sort(), oddIds.map((id) => `bytes of ${id}`).sort());
});

const early: Record<string, FaultLine> = {
  "is reset": { on: "read", do: "reset", afterBytes: 1_000 },
  "ends cleanly without a length": { on: "read", do: "end-early", afterBytes: 1_000 },
  "tells a length shorter than listed": {
    on: "read",
    do: "end-early",
    afterBytes: 1_000,
    contentLength: "short",
  },
  "ends before its own length": {
    on: "read",
    do: "end-early",
    afterBytes: 1_000,
    contentLength: "full",
  },
};
for (const [how, fault] of Object.entries(early)) {
  test(`a body that ${how} is an item to be asked for again, never a whole one`, async (t) => {
    const gateway = await gatewayFor(t, { items: [wechat("a", text)], faults: [fault] });
    const { source } = sourceAt(gateway.url);

    await assert.rejects(bytesOf(source, listed("a", size)), {
      code: "item-unavailable",
      detail: "ended-early",
    });
    assert.equal(String(await bytesOf(source, listed("a", size))), text);
  });
}

test("a body longer than listed is not taken", async (t) => {
  const gateway = await gatewayFor(t, { items: [wechat("a", text)] });

  await assert.rejects(bytesOf(sourceAt(gateway.url).source, listed("a", size - 1)), {
    code: "item-unavailable",
    detail: "size-differs",
  });
});

test("bodies are asked for as they are, without a coding", async (t) => {
  let asked: string | undefined;
  const url = await serverFor(t, (request, response) => {
    asked = request.headers["accept-encoding"];
    response.end("x");
  });

  await bytesOf(sourceAt(url).source, listed("a", 1));

  assert.equal(asked, "identity");
});

test("a compressed body is not what was received, and is not taken", async (t) => {
  const url = await serverFor(t, (_request, response) => {
    response.setHeader("content-encoding", "gzip").end("not unpacked");
  });

  await assert.rejects(sourceAt(url).source.read(listed("a", 12)), {
    code: "item-unavailable",
    detail: "encoded-body",
  });
});

test("an item that is gone, or that the gateway refuses, concerns that item only", async (t) => {
  const gateway = await gatewayFor(t, {
    items: [wechat("gone", "x"), wechat("odd", "x")],
    faults: [
      { on: "read", id: "gone", do: "status", status: 410 },
      { on: "read", id: "odd", do: "status", status: 400 },
    ],
  });
  const { source } = sourceAt(gateway.url);

  for (const [id, detail] of [
    ["never-there", "not-found"],
    ["gone", "not-found"],
    ["odd", "refused-request"],
  ] as const) {
    await assert.rejects(source.read(listed(id, 1)), { code: "item-unavailable", detail });
  }
});

test("a body that stalls is given up; one that a slow reader holds up is not", async (t) => {
  const gateway = await gatewayFor(t, {
    items: [wechat("a", text), wechat("b", text)],
    faults: [{ on: "read", id: "a", do: "trickle", bytes: 1_000, everyMs: 5_000 }],
  });
  const { source } = sourceAt(gateway.url, {
    timeouts: { connectMs: 2_000, answerMs: 2_000, idleMs: 300 },
  });

  await assert.rejects(bytesOf(source, listed("a", size)), {
    code: "item-unavailable",
    detail: "body-timeout",
  });

  let read = 0;
  for await (const chunk of await source.read(listed("b", size))) {
    // Longer than the gateway itself may take.
    if (read === 0) await new Promise((resolve) => setTimeout(resolve, 400));
    read += chunk.byteLength;
  }
  assert.equal(read, size);
});

test("a large item passes through in small pieces", async (t) => {
  const gateway = await gatewayFor(t);
  const bytes = 64 * 1_048_576;
  await gatewayControl(gateway.url).putItems([
    {
      type: "WeChat",
      id: "large",
      receivedAt: DAY.from,
      mediaType: "message/rfc822",
      body: { seed: 1, size: bytes },
    },
  ]);

  let largest = 0;
  let sum = 0;
  for await (const chunk of await sourceAt(gateway.url).source.read(listed("large", bytes))) {
    largest = Math.max(largest, chunk.byteLength);
    sum += chunk.byteLength;
  }

  assert.equal(sum, bytes);
  assert.ok(largest <= 1_048_576, `${largest} bytes in one piece`);
});

test("a reader that stops halfway frees the connection", async (t) => {
  const gateway = await gatewayFor(t, { items: [wechat("a", text.repeat(100))] });
  const { source } = sourceAt(gateway.url);

  for (let n = 0; n < 20; n += 1) {
    for await (const _ of await source.read(listed("a", size * 100))) break;
  }

  assert.deepEqual(await allPages(source), ["a"]);
});
