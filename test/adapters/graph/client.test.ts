import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { graphClient } from "../../../shared/adapters/graph/client.ts";
import { GraphFailure } from "../../../shared/adapters/graph/graph-failure.ts";
import { graphPath, nextPage, odataText } from "../../../shared/adapters/graph/odata.ts";
import { uploadUrl } from "../../../shared/adapters/graph/upload-session.ts";
import { nine } from "../../fakes/world.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const now = () => nine;

/** A server that answers as it is told, and what it was asked. */
async function server(t: TestContext, answer: Answer) {
  const seen: IncomingMessage[] = [];
  const running = createServer((request, response) => {
    seen.push(request);
    request.resume().on("end", () => answer(request, response));
  });
  await new Promise<void>((resolve) => running.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    running.closeAllConnections();
    running.close();
  });
  const baseUrl = `http://127.0.0.1:${(running.address() as AddressInfo).port}`;
  return { seen, baseUrl, client: graphClient({ baseUrl, token: async () => "secret", now }) };
}

const json =
  (status: number, body: unknown, headers = {}): Answer =>
  (_, response) => {
    response.writeHead(status, { "Content-Type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };

async function failure(work: Promise<unknown>): Promise<GraphFailure> {
  const error = await work.then(
    () => assert.fail("it was served"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof GraphFailure);
  return error;
}

test("every request carries the token, asks for ids that survive a move, and has an id of its own", async (t) => {
  const { client, seen } = await server(t, json(200, { id: "1" }));

  await client.send({ method: "GET", path: "/users/a%23b", query: { $filter: "mail eq 'a&b'" } });
  await client.send({ method: "POST", path: "/users/a/messages", body: { subject: "Hello" } });

  const [look, write] = seen;
  assert.equal(look?.url, "/v1.0/users/a%23b?$filter=mail%20eq%20%27a%26b%27");
  assert.equal(write?.url, "/v1.0/users/a/messages");
  assert.equal(write?.headers["content-type"], "application/json");
  for (const { headers } of seen) {
    assert.equal(headers.authorization, "Bearer secret");
    assert.equal(headers["prefer"], 'IdType="ImmutableId"');
    assert.match(String(headers["client-request-id"]), /^[0-9a-f-]{36}$/);
  }
  assert.notEqual(look?.headers["client-request-id"], write?.headers["client-request-id"]);
});

for (const status of [429, 500, 503, 504]) {
  test(`a write that is answered ${status} is sent once: the library does not repeat it`, async (t) => {
    const { client, seen } = await server(
      t,
      json(status, { error: { code: "x", message: "" } }, { "Retry-After": "7" }),
    );

    const { failure: it } = await failure(
      client.send({ method: "POST", path: "/users/a/messages", body: {} }),
    );

    assert.deepEqual(it, { status, code: "x", retryAfterMs: 7000 });
    assert.equal(seen.length, 1);
  });
}

test("a refusal keeps Graph's code and the request's id, and nothing of what was asked", async (t) => {
  const body = { error: { code: "ErrorAccessDenied", message: "Access to ann@contoso.com" } };
  const { client } = await server(t, json(403, body, { "request-id": "r-1" }));

  const error = await failure(client.send({ method: "GET", path: "/users/ann@contoso.com" }));

  assert.equal(error.requestId, "r-1");
  assert.deepEqual(error.failure, { status: 403, code: "ErrorAccessDenied" });
  assert.doesNotMatch(`${error.stack}`, /contoso/);
});

test("a stale token is renewed once, and a second 401 is final", async (t) => {
  const { client, seen } = await server(
    t,
    json(401, { error: { code: "InvalidAuthenticationToken" } }),
  );

  const error = await failure(client.send({ method: "GET", path: "/users" }));

  assert.equal(error.failure.status, 401);
  assert.equal(seen.length, 2);
});

test("a sign-in that fails is told apart from Graph's own refusals", async () => {
  const refused = new GraphFailure({ status: 401, code: "AADSTS700016" });
  const client = graphClient({
    baseUrl: "http://127.0.0.1:9",
    token: () => Promise.reject(refused),
    now,
  });

  assert.equal(await failure(client.send({ method: "GET", path: "/users" })), refused);
});

test("a connection that breaks, at once or in the midst of an answer, is a lost answer", async (t) => {
  const breaks: Answer[] = [
    (request) => void request.socket.resetAndDestroy(),
    (_, response) => {
      response.writeHead(201, { "Content-Length": "1000" });
      response.write("{");
      setImmediate(() => response.socket?.destroy());
    },
    (_, response) => void response.end("<html>a proxy's page</html>"),
  ];
  for (const answer of breaks) {
    const { client } = await server(t, answer);

    const error = await failure(client.send({ method: "POST", path: "/users", body: {} }));

    assert.deepEqual(error.failure, { status: 0, code: "network" });
  }
});

test("an answer that does not come in time is a lost one", async (t) => {
  const { baseUrl } = await server(t, () => {});
  const timeouts = { lookUpMs: 20, writeMs: 20 };
  const client = graphClient({ baseUrl, token: async () => "secret", now, timeouts });

  const error = await failure(client.send({ method: "POST", path: "/users", body: {} }));

  assert.deepEqual(error.failure, { status: 0, code: "timeout" });
});

test("a redirect is not followed: nobody checked where it leads", async (t) => {
  const elsewhere = await server(t, json(200, {}));
  const { client } = await server(t, (_, response) => {
    response.writeHead(307, { Location: `${elsewhere.baseUrl}/v1.0/users` }).end();
  });

  const { failure: it } = await failure(client.send({ method: "GET", path: "/users" }));

  assert.deepEqual(it, { status: 0, code: "network" });
  assert.equal(elsewhere.seen.length, 0);
});

test("a next link is followed on Graph's own origin only", () => {
  const baseUrl = "https://graph.microsoft.com";
  const page = (link: string) => ({ value: [], "@odata.nextLink": link });

  assert.deepEqual(nextPage(page(`${baseUrl}/v1.0/users?$skiptoken=a%20b`), baseUrl), {
    method: "GET",
    path: "/users?$skiptoken=a%20b",
  });
  assert.equal(nextPage({ value: [] }, baseUrl), undefined);
  for (const link of [
    "https://graph.microsoft.com.example/v1.0/users",
    "http://graph.microsoft.com/v1.0/users",
    "https://graph.microsoft.com/beta/users",
    "//evil.example/v1.0/users",
    "/v1.0/users",
  ]) {
    assert.throws(() => nextPage(page(link), baseUrl), /another origin/);
  }
});

test("what is put into a path or a filter stays a value", () => {
  assert.equal(graphPath`/users/${"a/b?c#d"}/messages`, "/users/a%2Fb%3Fc%23d/messages");
  assert.equal(odataText("o'neil"), "'o''neil'");
});

test("an upload carries no token of ours, and its URL is in no error", async (t) => {
  const { baseUrl, seen } = await server(t, (request, response) => {
    if (seen.length > 1) return void request.socket.resetAndDestroy();
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ NextExpectedRanges: ["3"] }));
  });
  const url = uploadUrl(`${baseUrl}/upload?authtoken=topsecret`, now);

  assert.equal(await url.put(Buffer.from("abc"), 0, 6), 3);
  const error = await failure(url.put(Buffer.from("def"), 3, 6));

  assert.equal(seen[0]?.headers.authorization, undefined);
  assert.equal(seen[0]?.headers["content-range"], "bytes 0-2/6");
  assert.equal(seen[0]?.headers["content-length"], "3");
  assert.doesNotMatch(`${error.stack}${JSON.stringify(error)}`, /topsecret/);
});

test("a page that a proxy put in the place of an upload's answer is not quoted", async (t) => {
  const { baseUrl } = await server(t, (_, response) => void response.end("<html>topsecret</html>"));

  const error = await failure(uploadUrl(`${baseUrl}/upload`, now).put(Buffer.from("abc"), 0, 6));

  assert.deepEqual(error.failure, { status: 0, code: "network" });
  assert.doesNotMatch(`${error.stack}${error.cause}`, /topsecret/);
});

test("an upload URL that is not https, elsewhere than on this machine, is not used", () => {
  for (const text of ["http://outlook.office.com/upload?authtoken=topsecret", "not a url", ""]) {
    assert.throws(
      () => uploadUrl(text, now),
      (error: Error) => {
        assert.match(error.message, /not https/);
        assert.doesNotMatch(error.message, /topsecret/);
        return true;
      },
    );
  }
});

for (const [ranges, next] of [
  [{ nextExpectedRanges: ["0-"] }, 0],
  [{ NextExpectedRanges: ["2097152"] }, 2_097_152],
  [{ nextExpectedRanges: ["327680-3483321"] }, 327_680],
] as const) {
  test(`${JSON.stringify(ranges)} says where the next bytes begin`, async (t) => {
    const { baseUrl } = await server(t, json(200, ranges));

    assert.equal(await uploadUrl(`${baseUrl}/upload`, now).next(), next);
  });
}

test("an upload URL that is over is no lost consent", async (t) => {
  for (const status of [401, 403]) {
    const { baseUrl } = await server(
      t,
      json(status, { error: { code: "InvalidAuthenticationToken" } }),
    );

    const { failure: it } = await failure(uploadUrl(`${baseUrl}/upload`, now).next());

    assert.equal(it.status, 410);
  }
});

for (const body of ["signed out", 7, null]) {
  test(`an answer that is ${JSON.stringify(body)} came from a proxy, and is none of Graph's`, async (t) => {
    const { client } = await server(t, json(200, body));

    const { failure: met } = await failure(client.send({ method: "GET", path: "/users/a" }));

    assert.deepEqual(met, { status: 0, code: "network" });
  });
}
