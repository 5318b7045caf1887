import assert from "node:assert/strict";
import { test } from "node:test";
import { standIn } from "./client.ts";

test("a request without a bearer token is refused", async (t) => {
  const graph = await standIn(t);

  const reply = await graph.raw("/v1.0/users/ann@contoso.com");

  assert.equal(reply.status, 401);
  assert.equal(reply.body.error.code, "InvalidAuthenticationToken");
});

test("when one token is agreed on, another is refused", async (t) => {
  const graph = await standIn(t, { token: "agreed" });

  const wrong = await graph.get("/users/ann@contoso.com");
  const right = await graph.get("/users/ann@contoso.com", { Authorization: "Bearer agreed" });

  assert.equal(wrong.status, 401);
  assert.equal(right.status, 200);
});

test("every answer carries a request id and the client's own", async (t) => {
  const graph = await standIn(t);

  const found = await graph.get("/users/ann@contoso.com", { "client-request-id": "trace-1" });
  const refused = await graph.get("/users/nobody@contoso.com", { "client-request-id": "trace-2" });

  assert.match(found.headers.get("request-id") ?? "", /^[0-9a-f-]{36}$/);
  assert.equal(found.headers.get("client-request-id"), "trace-1");
  assert.equal(refused.body.error.innerError["client-request-id"], "trace-2");
  assert.equal(refused.body.error.innerError["request-id"], refused.headers.get("request-id"));
});

test("an unknown path is not found, an unknown method not allowed, both in Graph's shape", async (t) => {
  const graph = await standIn(t);

  const path = await graph.get("/users/ann@contoso.com/calendars");
  const method = await graph.delete("/users/ann@contoso.com/messages");

  assert.equal(path.status, 404);
  assert.equal(path.body.error.code, "ResourceNotFound");
  assert.equal(method.status, 405);
  assert.equal(typeof method.body.error.message, "string");
});

test("a query option that Graph does not know is refused", async (t) => {
  const graph = await standIn(t);

  const reply = await graph.get("/users/ann@contoso.com/messages?$fliter=isRead eq true");

  assert.equal(reply.status, 400);
});

test("with the control plane off, its paths are nobody's", async (t) => {
  const graph = await standIn(t, { control: false });

  const reply = await graph.raw("/_control/requests");

  assert.equal(reply.status, 404);
});
