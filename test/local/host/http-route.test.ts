import assert from "node:assert/strict";
import { test } from "node:test";
import { httpRoute } from "../../../local/host/http-route.ts";

test("literal segments match whatever their case, parameters are percent-decoded", () => {
  const route = httpRoute("api/items/{id}");

  assert.deepEqual(route.match("/API/Items/a%20b"), { id: "a b" });
  assert.deepEqual(route.match("/api/items/100%"), { id: "100%" });
  assert.equal(route.match("/api/items"), undefined);
  assert.equal(route.match("/api/items/1/2"), undefined);
});

test("an optional parameter and a catch-all may be absent", () => {
  assert.deepEqual(httpRoute("api/{id?}").match("/api"), {});
  assert.deepEqual(httpRoute("api/{*rest}").match("/api/"), {});
  assert.deepEqual(httpRoute("api/{**rest}").match("/api/a/b%2Fc"), { rest: "a/b/c" });
});

test("a constraint decides whether the route matches", () => {
  const route = httpRoute("api/{id:int}");

  assert.deepEqual(route.match("/api/12"), { id: "12" });
  assert.equal(route.match("/api/twelve"), undefined);
});

test("the more particular route goes first", () => {
  const templates = ["api/{*rest}", "api/{id}", "api/items", "api/{id:int}"];

  const ranked = templates.sort((a, b) => httpRoute(a).rank.localeCompare(httpRoute(b).rank));

  assert.deepEqual(ranked, ["api/items", "api/{id:int}", "api/{id}", "api/{*rest}"]);
});

test("what the local host cannot match is refused, not matched wrongly", () => {
  for (const template of ["api/{id:range(1,2)}", "api/file.{ext}", "api/{id=5}"]) {
    assert.throws(() => httpRoute(template), /cannot match/, template);
  }
});
