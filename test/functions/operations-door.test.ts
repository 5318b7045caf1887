import assert from "node:assert/strict";
import { test } from "node:test";
import { DeferredError } from "../../shared/domain/errors.ts";
import type { SignIn } from "../../shared/operations/caller.ts";
import { archive, operator, textItem } from "../fakes/archive.ts";
import { ask, jsonOf, principal } from "../fakes/operator.ts";

const asReader = { "x-ms-client-principal": principal("Archive.Reader") };
const asOperator = { "x-ms-client-principal": principal("Archive.Operator") };

test("without the platform's sign-in nobody gets in, whatever they say they are", async () => {
  for (const headers of [{}, asReader]) {
    const answer = await ask(archive([]), { path: "status", headers, signIn: "none" });
    assert.equal(answer.status, 403);
    assert.equal(jsonOf(answer).error.code, "no-sign-in");
  }
});

test("behind the sign-in, who brings no principal or a broken one is asked to sign in", async () => {
  const broken = [
    "",
    "no base64 {",
    Buffer.from("[]").toString("base64"),
    Buffer.from(JSON.stringify({ claims: [{ typ: "roles", val: "Archive.Reader" }] })).toString(
      "base64",
    ),
  ];
  for (const header of [undefined, ...broken]) {
    const headers: Record<string, string> =
      header === undefined ? {} : { "x-ms-client-principal": header };
    const answer = await ask(archive([]), { path: "status", headers, signIn: "platform" });
    assert.equal(answer.status, 401, header);
  }
});

test("the claim that names roles may be called as the platform calls it", async () => {
  const claims = [
    { typ: "oid", val: operator },
    { typ: "http://schemas.microsoft.com/ws/2008/06/identity/claims/role", val: "Archive.Reader" },
  ];
  const header = Buffer.from(JSON.stringify({ claims })).toString("base64");

  const headers = { "x-ms-client-principal": header };
  const answer = await ask(archive([]), { path: "status", headers, signIn: "platform" });

  assert.equal(answer.status, 200);
});

test("on one's own machine the routes answer to this machine's name only", async () => {
  const app = archive([]);
  const statuses = [];
  for (const host of ["127.0.0.1:7071", "localhost:7071", "archive.example:7071"]) {
    statuses.push((await ask(app, { path: "status", host, signIn: "local" })).status);
  }
  assert.deepEqual(statuses, [200, 200, 403]);
});

test("a page of another site cannot have anything done in an operator's name", async () => {
  const app = archive([textItem("1")]);
  for (const signIn of ["local", "platform"] satisfies SignIn[]) {
    for (const site of ["cross-site", "same-site"]) {
      const headers = { ...asOperator, "sec-fetch-site": site };
      const body = { why: "because" };
      const asked = { method: "POST", path: "connectors/wechat/run", body, headers, signIn };
      assert.equal((await ask(app, asked)).status, 403);
    }
  }
  assert.deepEqual(await app.allRuns(), []);
});

test("an unknown route is 404, a wrong method 405, and neither tells more", async () => {
  const app = archive([]);
  assert.equal((await ask(app, { path: "secrets" })).status, 404);
  assert.equal((await ask(app, { path: "connectors/..%2Fmappings%2Fx" })).status, 404);
  assert.equal((await ask(app, { path: "connectors/%2e%2e" })).status, 404);
  assert.equal((await ask(app, { method: "POST", path: "status" })).status, 405);
});

test("no answer may be kept on its way, guessed at, or shown as a page", async () => {
  const { headers } = await ask(archive([]), { path: "status" });

  assert.equal(headers["cache-control"], "no-store");
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.match(headers["content-security-policy"] ?? "", /default-src 'none'/);
});

test("who asked stands in the log as a salted hash, and in the operators' chain by object id", async () => {
  const app = archive([textItem("1")]);
  const body = { why: "a test of the collector" };

  await ask(app, {
    method: "POST",
    path: "connectors/wechat/run",
    body,
    headers: asOperator,
    signIn: "platform",
  });

  const line = app.log.lines.find(({ message }) => message === "operation answered");
  assert.equal(line?.fields["operation"], "connectors.run");
  assert.match(String(line?.fields["caller"]), /^p-[0-9a-f]{16}$/);
  assert.ok(!JSON.stringify(app.log.lines).includes(operator));
  const entries = [];
  for await (const { entry } of app.operationLog.entries()) entries.push(entry);
  assert.equal(entries[0]?.by, operator);
  assert.equal(entries[0]?.why, "a test of the collector");
});

test("what cannot be written down is not done", async () => {
  const app = archive([textItem("1")]);
  app.operationLog.record = () => Promise.reject(new Error("full"));

  const asked = ask(app, {
    method: "POST",
    path: "connectors/wechat/run",
    body: { why: "x" },
  });

  await assert.rejects(asked, /full/);
  assert.deepEqual(await app.allRuns(), []);
});

test("a change without a reason is refused, and the answer names the field", async () => {
  const app = archive([]);
  for (const body of [{}, { why: "  " }, { why: 3 }]) {
    const answer = await ask(app, { method: "POST", path: "connectors/wechat/disable", body });
    assert.equal(answer.status, 400);
    assert.match(jsonOf(answer).error.message, /^why: must say why/);
  }
});

test("Graph being away is told as such, with when to ask again", async () => {
  const app = archive([]);
  app.directory.down = new DeferredError("graph-unavailable", { on: "app", retryAfterMs: 90_000 });
  app.put("mappings/wechat.csv", "15550100,ann@contoso.com\n");

  const answer = await ask(app, {
    method: "POST",
    path: "connectors/wechat/mapping/explain",
    body: { number: "15550100" },
  });

  assert.equal(answer.status, 503);
  assert.equal(answer.headers["retry-after"], "90");
  assert.equal(jsonOf(answer).error.code, "graph-unavailable");
});

test("nothing is begun for a connector that is disabled: no timer would carry it on", async () => {
  const app = archive([textItem("1")]);
  const body = { why: "a test" };
  await ask(app, { method: "POST", path: "connectors/wechat/disable", body });
  const span = { ...body, from: "2025-11-01", until: "2025-11-02" };

  const run = await ask(app, { method: "POST", path: "connectors/wechat/run", body });
  const backfill = await ask(app, {
    method: "POST",
    path: "connectors/wechat/backfills",
    body: span,
  });

  assert.deepEqual([run.status, backfill.status], [409, 409]);
  assert.deepEqual(await app.allRuns(), []);
});
