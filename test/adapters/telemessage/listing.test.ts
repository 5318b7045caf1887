import assert from "node:assert/strict";
import { test } from "node:test";
import { gatewayControl } from "../../../local/gateway/control.ts";
import { allPages, DAY, gatewayFor, NOW, serverFor, sourceAt, wechat } from "./world.ts";

const threeHundred = Array.from({ length: 300 }, (_, n) =>
  wechat(`m${n}`, "Hello", new Date(DAY.from.getTime() + n * 1_000).toISOString()),
);

test("a window is listed whole, oldest first, however many pages it takes", async (t) => {
  const gateway = await gatewayFor(t, { items: threeHundred });
  const { source } = sourceAt(gateway.url);

  const ids = await allPages(source);

  assert.deepEqual(
    ids,
    threeHundred.map(({ id }) => id),
  );
});

test("an item is listed with its id, received time, media type and size", async (t) => {
  const gateway = await gatewayFor(t, { items: [wechat("1769766605120_15550101_0", "Hello")] });

  const page = await sourceAt(gateway.url).source.list(DAY, undefined);

  assert.deepEqual(page, {
    items: [
      {
        id: "1769766605120_15550101_0",
        receivedAt: new Date("2026-01-30T09:00:00.000Z"),
        mediaType: "message/rfc822",
        size: 5,
      },
    ],
  });
});

test("a base URL with a path of its own is kept", async (t) => {
  const asked: string[] = [];
  const url = await serverFor(t, (request, response) => {
    asked.push(request.url ?? "");
    response.end('{"items":[],"next":null}');
  });

  await sourceAt(`${url}/mobile/`).source.list(DAY, undefined);

  assert.match(asked[0] ?? "", /^\/mobile\/v1\/archives\/WeChat\/items\?receivedFrom=2026-/);
});

test("a cursor of the gateway is sent back as it came, whatever it looks like", async (t) => {
  const cursors = ["https://evil.example/x?a=1&b=2", "../../../account", "a+b c%2F#"];
  const asked: (string | null)[] = [];
  const url = await serverFor(t, (request, response) => {
    asked.push(new URL(request.url ?? "", "http://localhost").searchParams.get("cursor"));
    response.end(JSON.stringify({ items: [], next: cursors[asked.length - 1] ?? null }));
  });

  await allPages(sourceAt(url).source);

  assert.deepEqual(asked, [null, ...cursors]);
});

test("items outside the window and items listed twice are kept: their keys make them one", async (t) => {
  const gateway = await gatewayFor(t, {
    items: [wechat("a", "Hello")],
    faults: [
      { on: "list", do: "repeat" },
      {
        on: "list",
        do: "list-also",
        entry: {
          id: "b",
          receivedAt: "2025-01-01T00:00:00Z",
          mediaType: "message/rfc822",
          size: 1,
        },
      },
    ],
  });
  const { source } = sourceAt(gateway.url);

  assert.deepEqual(await allPages(source), ["a", "a"]);
  assert.deepEqual((await allPages(source)).sort(), ["a", "b"]);
});

test("a gateway that leads on in a circle is refused, at once or after many pages", async (t) => {
  const gateway = await gatewayFor(t, {
    items: threeHundred,
    faults: [{ on: "list", cursor: true, do: "same-page", times: null }],
  });
  let pages = 0;
  const circle = await serverFor(t, (_request, response) => {
    pages += 1;
    response.end(
      JSON.stringify({ items: [], next: pages < 6 ? `lead-in-${pages}` : `c${pages % 5}` }),
    );
  });

  for (const url of [gateway.url, circle]) {
    await assert.rejects(allPages(sourceAt(url).source), {
      code: "unavailable",
      detail: "repeated-cursor",
    });
  }
  assert.ok(pages < 30, `${pages} pages were asked for`);
});

test("an expired cursor begins the window again, and nothing is missing", async (t) => {
  const gateway = await gatewayFor(t, { items: threeHundred });
  const { source } = sourceAt(gateway.url);
  const first = await source.list(DAY, undefined);
  await gatewayControl(gateway.url).expireCursors();

  const again = await source.list(DAY, first.next);
  const second = await source.list(DAY, again.next);

  assert.deepEqual(again.items, first.items);
  assert.equal(second.items[0]?.id, "m100");
});

test("a gateway that refuses its own cursors is not followed round and round", async (t) => {
  const gateway = await gatewayFor(t, {
    items: threeHundred,
    faults: [{ on: "list", cursor: true, do: "status", status: 400, times: null }],
  });
  let now = NOW;
  const { source } = sourceAt(gateway.url, { now: () => now });
  const first = await source.list(DAY, undefined);
  const again = await source.list(DAY, first.next);

  await assert.rejects(source.list(DAY, again.next), {
    code: "unavailable",
    detail: "cursor-refused",
  });

  now = new Date(NOW.getTime() + 3_600_000);
  assert.deepEqual((await source.list(DAY, again.next)).items, first.items);
});

test("a stored cursor that is not ours begins the window again", async (t) => {
  const gateway = await gatewayFor(t, { items: [wechat("a", "Hello")] });

  const page = await sourceAt(gateway.url).source.list(DAY, "left by another kind of source");

  assert.equal(page.items.length, 1);
});

const good = { id: "a", receivedAt: "2026-01-30T09:00:00Z", mediaType: "message/rfc822", size: 1 };
const badPages: Record<string, string> = {
  "half a document": '{"items":[{"id":"4477009',
  "a sign-in page": "<html><body>Sign in</body></html>",
  "no next": '{"items":[]}',
  "a next that is a number": '{"items":[],"next":7}',
  "a next without end": JSON.stringify({ items: [], next: "x".repeat(2_049) }),
  "an item without size": JSON.stringify({ items: [{ ...good, size: undefined }], next: null }),
  "a time without zone": JSON.stringify({
    items: [{ ...good, receivedAt: "2026-01-30T09:00:00" }],
    next: null,
  }),
  "an unknown media type": JSON.stringify({
    items: [{ ...good, mediaType: "text/html" }],
    next: null,
  }),
  "an id that leads upwards": JSON.stringify({ items: [{ ...good, id: ".." }], next: null }),
  "an id with a line break": JSON.stringify({ items: [{ ...good, id: "a\nb" }], next: null }),
  "an id of half a character": JSON.stringify({ items: [{ ...good, id: "\ud800" }], next: null }),
};
for (const [what, body] of Object.entries(badPages)) {
  test(`a page with ${what} is refused whole, and nothing of it is quoted`, async (t) => {
    const url = await serverFor(t, (_request, response) => response.end(body));

    await assert.rejects(sourceAt(url).source.list(DAY, undefined), {
      code: "unavailable",
      detail: "malformed-page",
      cause: undefined,
    });
  });
}

test("a page without end is given up, not held in memory", async (t) => {
  const url = await serverFor(t, (_request, response) => {
    response.write('{"items":[');
    const pour = () => response.write(" ".repeat(1_000_000), pour);
    pour();
  });

  await assert.rejects(sourceAt(url).source.list(DAY, undefined), {
    code: "stopped",
    detail: "page-too-large",
  });
});
