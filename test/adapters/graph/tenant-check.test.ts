import assert from "node:assert/strict";
import { test } from "node:test";
import { tenantCheck } from "../../../shared/adapters/graph/tenant-check.ts";
import { nine } from "../../fakes/world.ts";
import { ANN, graphWorld } from "./world.ts";

const MB = 1_000_000;
const jwt = (claims: object) => `h.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;

type World = Awaited<ReturnType<typeof graphWorld>>;
const check = ({ process }: World, claims: object = {}) =>
  tenantCheck(process().client, {
    mailbox: ANN,
    cloud: "global",
    token: async () => jwt(claims),
    now: () => nine,
    sleep: async () => {},
  });
const verdicts = (list: Awaited<ReturnType<typeof check>>) =>
  Object.fromEntries(list.map(({ test, verdict }) => [test, verdict]));

test("where Graph does as the archive needs it, each test says so, and the rest says what to do", async (t) => {
  const world = await graphWorld(t, { limits: { messageBytes: 35 * MB } });

  const list = await check(world);

  assert.deepEqual(verdicts(list), {
    T1: "passed",
    T2: "passed",
    T3: "passed",
    T4: "passed",
    T5: "passed",
    T6: "passed",
    T7: "not-run",
    T8: "passed",
    T9: "not-run",
    T10: "not-run",
  });
  assert.match(list.find(({ test }) => test === "T8")?.detail ?? "", /ErrorMessageSizeExceeded/);
  for (const { verdict, manual } of list) assert.ok(verdict !== "not-run" || manual?.length);
});

test("it leaves behind what a person is to look at, and nothing else", async (t) => {
  const world = await graphWorld(t);

  await check(world);
  await check(world);

  const left = (await world.control.mailboxes())
    .flatMap(({ folders }) => folders)
    .filter(({ path, count }) => count > 0 && !/purges/i.test(path))
    .map(({ path, subjects }) => [path, subjects.length]);
  assert.deepEqual(left, [["Archiver tenant check", 4]]);
});

test("mail access that Entra gives says nothing of RBAC", async (t) => {
  const world = await graphWorld(t);

  const list = await check(world, { roles: ["User.Read.All", "Mail.ReadWrite"] });

  assert.equal(verdicts(list)["T5"], "not-run");
});

test("a tenant that refuses something is a verdict with Graph's code, and the others are run", async (t) => {
  const world = await graphWorld(t);
  await world.control.setFaults({
    rules: [{ kind: "status", path: "createUploadSession$", status: 405, code: "UnknownMethod" }],
  });

  const list = await check(world);

  const failed = list.filter(({ verdict }) => verdict === "failed");
  assert.deepEqual(
    failed.map(({ test, detail }) => [test, detail]),
    [
      ["T2", "Graph answered http-405"],
      ["T5", "no Mail.ReadWrite in the token, and T1, T2 or T6 failed"],
      ["T8", "36 MB are refused with http-405, which is taken for refused-otherwise"],
    ],
  );
});
