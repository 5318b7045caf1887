import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { gatewayControl } from "../../../local/gateway/control.ts";
import { gatewayOf, item, signedIn } from "./client.ts";

const now = () => new Date("2026-03-02T06:00:00.000Z");
const twoItems = [item("a", "10:00:00.000", "0123456789"), item("b", "11:00:00.000")];

interface Page {
  items: { id?: string; size?: number }[];
  next: unknown;
}

test("a fault acts as often as it is told to, and the next request is answered well", async (t) => {
  const { get } = await gatewayOf(t, {
    faults: [{ on: "account", do: "status", status: 503, skip: 1, times: 2 }],
  });

  const statuses = [];
  for (let n = 0; n < 4; n += 1) statuses.push((await get("/v1/account")).status);

  assert.deepEqual(statuses, [200, 503, 503, 200]);
});

test("Retry-After comes in seconds or as an HTTP date", async (t) => {
  const { get } = await gatewayOf(t, {
    now,
    faults: [
      { on: "any", do: "status", status: 429, retryAfter: { seconds: 7 } },
      { on: "any", do: "status", status: 503, retryAfter: { seconds: 90, as: "http-date" } },
    ],
  });

  const seconds = await get("/v1/account");
  const date = await get("/v1/account");

  assert.equal(seconds.status, 429);
  assert.equal(seconds.headers.get("retry-after"), "7");
  assert.equal(date.status, 503);
  assert.equal(date.headers.get("retry-after"), "Mon, 02 Mar 2026 06:01:30 GMT");
});

test("a fault waits for a request that fits: its route, type, item and cursor", async (t) => {
  const { get, list, read } = await gatewayOf(t, {
    items: twoItems,
    faults: [
      { on: "read", id: "b", do: "status", status: 404, times: null },
      { on: "list", cursor: true, do: "status", status: 401 },
      { on: "list", type: "WhatsApp", do: "status", status: 403 },
    ],
  });
  const whatsApp = `/v1/archives/WhatsApp/items?receivedFrom=2026-03-01T00:00:00Z&receivedTo=2026-03-02T00:00:00Z`;

  const first = await list({ pageSize: "1" });
  const { next } = (await first.json()) as { next: string };

  assert.equal(first.status, 200);
  assert.equal((await list({ pageSize: "1", cursor: next })).status, 401);
  assert.equal((await get(whatsApp)).status, 403);
  assert.equal((await read("a")).status, 200);
  assert.equal((await read("b")).status, 404, "listed, but not there");
  assert.equal((await read("b")).status, 404);
});

test("a listing can lie: wrong size, an item twice, ghosts, newest first", async (t) => {
  const ghost = { id: "ghost", receivedAt: "2026-03-01T10:00:00Z" };
  const { list } = await gatewayOf(t, {
    items: twoItems,
    faults: [
      { on: "list", do: "wrong-size", id: "a", by: -3 },
      { on: "list", do: "repeat", id: "b" },
      { on: "list", do: "list-also", entry: ghost },
      { on: "list", do: "reverse" },
    ],
  });
  const page = async () => (await (await list()).json()) as Page;

  assert.deepEqual(sizes(await page()), [7, 9]);
  assert.deepEqual(ids(await page()), ["a", "b", "b"]);
  assert.deepEqual((await page()).items.at(-1), ghost);
  assert.deepEqual(ids(await page()), ["b", "a"]);
});

test("a next cursor can be foreign, hostile, no text at all, or lead in a circle", async (t) => {
  const values = ["https://elsewhere.example/v1/archives", "../../account\r\nX: y", 7, {}, ""];
  const { list } = await gatewayOf(t, {
    items: twoItems,
    faults: [
      ...values.map((value) => ({ on: "list", do: "next", value }) as const),
      { on: "list", do: "same-page", times: 2 },
    ],
  });

  const given = [];
  for (const _ of values) given.push(((await (await list()).json()) as Page).next);
  const first = (await (await list({ pageSize: "1" })).json()) as Page;
  const second = (await (await list({ pageSize: "1", cursor: String(first.next) })).json()) as Page;

  assert.deepEqual(given, values);
  assert.deepEqual(ids(first), ["a"]);
  assert.deepEqual(second, first);
});

test("any answer can be given: a sign-in page, a redirect, half a document", async (t) => {
  const { list, read } = await gatewayOf(t, {
    items: twoItems,
    faults: [
      { on: "list", do: "answer", status: 200, body: '{"items":[{"id":' },
      {
        on: "read",
        do: "answer",
        status: 302,
        headers: { Location: "https://elsewhere.example/" },
      },
    ],
  });

  const half = await list();
  const redirect = await read("a");

  await assert.rejects(half.json(), SyntaxError);
  assert.equal(redirect.status, 302);
  assert.equal(redirect.headers.get("location"), "https://elsewhere.example/");
});

test("a connection can be reset before the answer, or in the middle of a body", async (t) => {
  const { read, control } = await gatewayOf(t, {
    items: twoItems,
    faults: [
      { on: "read", do: "hang-up" },
      { on: "read", do: "reset", afterBytes: 4 },
    ],
  });

  await assert.rejects(read("a"));
  await assert.rejects(async () => (await read("a")).arrayBuffer());
  const whole = await read("a");

  assert.equal(await whole.text(), "0123456789");
  const { requests } = await control.requests();
  assert.deepEqual(
    requests.map(({ status, fault }) => [status, fault]),
    [
      [null, "hang-up"],
      [200, "reset"],
      [200, null],
    ],
  );
});

test("a body can end early and cleanly, so that only the listed size tells", async (t) => {
  const { read } = await gatewayOf(t, {
    items: twoItems,
    faults: [
      { on: "read", do: "end-early", afterBytes: 4 },
      { on: "read", do: "end-early", afterBytes: 4, contentLength: "short" },
      { on: "read", do: "end-early", afterBytes: 4, contentLength: "full" },
    ],
  });

  const chunked = await read("a");
  const short = await read("a");
  const full = await read("a");

  assert.equal(chunked.headers.get("content-length"), null);
  assert.equal(await chunked.text(), "0123");
  assert.equal(short.headers.get("content-length"), "4");
  assert.equal(await short.text(), "0123");
  assert.equal(full.headers.get("content-length"), "10");
  await assert.rejects(full.text());
});

test("a slow gateway still gives the same answer", async (t) => {
  const { list, read } = await gatewayOf(t, {
    items: twoItems,
    faults: [
      { on: "list", do: "wait", ms: 5 },
      { on: "read", do: "trickle", bytes: 3, everyMs: 2 },
    ],
  });

  assert.deepEqual(ids((await (await list()).json()) as Page), ["a", "b"]);
  assert.equal(await (await read("a")).text(), "0123456789");
});

test("a client can leave a gateway that never answers", async (t) => {
  const { url, control } = await gatewayOf(t, {
    faults: [{ on: "any", do: "wait", ms: 600_000 }],
  });
  const patience = new AbortController();
  const path = `${url}/v1/account`;

  const asked = fetch(path, { headers: signedIn, signal: patience.signal });
  while ((await control.requests()).requests[0]?.fault !== "wait") await setImmediate();
  patience.abort();

  await assert.rejects(asked, { name: "AbortError" });
  assert.equal((await fetch(path, { headers: signedIn })).status, 200);
  assert.equal((await control.requests()).requests[0]?.status, null);
});

test("a fault that does not exist is refused, and the refusal names the field", async (t) => {
  const { url } = await gatewayOf(t);
  const misspelt = { on: "list", do: "status", status: 429, retryafter: 3 };

  await assert.rejects(gatewayControl(url).addFaults([misspelt as never]), /400|retryafter/);
});

function ids({ items }: Page): unknown[] {
  return items.map(({ id }) => id);
}

function sizes({ items }: Page): unknown[] {
  return items.map(({ size }) => size);
}
