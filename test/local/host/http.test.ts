import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { type Bench, openBench, type RunningHost, until } from "./fixture.ts";

const KEY = "a-key-of-this-test";

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.stop());

test("a request reaches its function with parameters, query, headers and body, and its answer comes back", async (t) => {
  const host = await bench.place(t).start();

  const response = await fetch(`${host.url}/api/ECHO/ann/a%20b/c?x=1&x=2&y=`, {
    method: "POST",
    headers: { "x-sample": "sample" },
    body: "grüße",
  });

  assert.equal(response.status, 201);
  assert.equal(response.headers.get("x-method"), "POST");
  assert.equal(response.headers.get("set-cookie"), "seen=a%20b; HttpOnly; SameSite=Lax");
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.deepEqual(await response.json(), {
    url: `${host.url}/api/ECHO/ann/a%20b/c?x=1&x=2&y=`,
    params: { name: "ann", rest: "a b/c" },
    query: { x: "1,2", y: "" },
    header: "sample",
    body: "grüße",
  });
});

test("a function without a route answers under its name, below the route prefix", async (t) => {
  const { start } = bench.place(t);
  const host = await start();
  const bare = await start({
    hostJson: { version: "2.0", extensions: { http: { routePrefix: "" } } },
  });

  assert.equal(await (await fetch(`${host.url}/api/health`)).text(), "ok");
  assert.equal(await (await fetch(`${bare.url}/health`)).text(), "ok");
});

test("an unknown path, a wrong method and a parameter that breaks its constraint are 404", async (t) => {
  const host = await bench.place(t).start();

  const statuses = await Promise.all([
    status(host, "GET", "/api/nothing"),
    status(host, "GET", "/health"),
    status(host, "POST", "/api/health"),
    status(host, "GET", "/api/echo/123/x"),
    status(host, "GET", "//localhost/api/health"),
  ]);

  assert.deepEqual(statuses, [404, 404, 404, 404, 404]);
});

test("nothing returned is 204, and an error is 500 without a word of it", async (t) => {
  const host = await bench.place(t).start();

  const silent = await fetch(`${host.url}/api/silent`, { method: "POST" });
  const broken = await fetch(`${host.url}/api/broken`);

  assert.equal(silent.status, 204);
  assert.equal(broken.status, 500);
  assert.equal(await broken.text(), "");
  assert.ok(host.records.some(({ error }) => error?.includes("broken failed")));
});

test("with a function key set, only anonymous functions answer those who do not have it", async (t) => {
  const host = await bench.place(t).start({ functionKey: KEY });

  const without = await status(host, "GET", "/api/echo/ann/x");
  const wrong = await status(host, "GET", "/api/echo/ann/x", { "x-functions-key": "another" });
  const inHeader = await status(host, "GET", "/api/echo/ann/x", { "x-functions-key": KEY });
  const inQuery = await status(host, "GET", `/api/echo/ann/x?code=${KEY}`);
  const anonymous = await status(host, "GET", "/api/health");

  assert.deepEqual([without, wrong, inHeader, inQuery, anonymous], [401, 401, 201, 201, 200]);
});

test("a request that names another host is refused: a web page may have rebound its name", async (t) => {
  const host = await bench.place(t).start();

  const rebound = await status(host, "GET", "/api/health", { host: "attacker.example" });
  const byName = await status(host, "GET", "/api/health", { host: "localhost:7071" });

  assert.deepEqual([rebound, byName], [403, 200]);
});

test("the admin route runs a timer, for those who may", async (t) => {
  const { start } = bench.place(t);
  const host = await start({ functionKey: KEY });
  const json = { "content-type": "application/json" };

  const without = await status(host, "POST", "/admin/functions/tick", json);
  const unknown = await status(host, "POST", `/admin/functions/tock?code=${KEY}`, json);
  const notJson = await status(host, "POST", `/admin/functions/tick?code=${KEY}`);
  const accepted = await status(host, "POST", `/admin/functions/tick?code=${KEY}`, json);
  await until(() => host.saw("tick").length === 1);

  assert.deepEqual([without, unknown, notJson, accepted], [401, 404, 415, 202]);
});

/** By node:http, as fetch does not send another Host header. */
function status(
  host: RunningHost,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    request(`${host.url}${path}`, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on("error", reject)
      .end();
  });
}
