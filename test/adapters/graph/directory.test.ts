import assert from "node:assert/strict";
import { test } from "node:test";
import { readUser } from "../../../local/graph/directory.ts";
import { HOUR, MINUTE } from "../../fakes/world.ts";
import { ANN, BOB, graphWorld } from "./world.ts";

const GUEST = "d0000000-0000-4000-8000-000000000004";
const users = [
  {
    id: ANN,
    userPrincipalName: "ann@contoso.com",
    mail: "Ann.Lee@contoso.com",
    proxyAddresses: [
      "SMTP:Ann.Lee@contoso.com",
      "smtp:o'neil@contoso.com",
      "smtp:shared@contoso.com",
    ],
  },
  {
    id: BOB,
    userPrincipalName: "bob#ext@contoso.com",
    mail: "bob@contoso.com",
    proxyAddresses: ["SMTP:bob@contoso.com", "smtp:shared@contoso.com"],
  },
  { id: GUEST, userPrincipalName: "$guest@contoso.com", userType: "Guest" },
].map((user) => readUser(user, "users"));

for (const [address, mailbox] of [
  ["ann@contoso.com", ANN],
  ["ANN@contoso.com", ANN],
  [" ann.lee@CONTOSO.com ", ANN],
  ["o'neil@contoso.com", ANN],
  ["bob#ext@contoso.com", BOB],
  ["bob@contoso.com", BOB],
]) {
  test(`${address} is found by name, mail or proxy address, in any case`, async (t) => {
    const { process } = await graphWorld(t, { users });

    const answer = await process().directory.resolve(address ?? "");

    assert.deepEqual(answer, { kind: "mailbox", mailbox });
  });
}

test("an address that two users have is ambiguous, and never guessed", async (t) => {
  const { process } = await graphWorld(t, { users });

  const answer = await process().directory.resolve("shared@contoso.com");

  assert.deepEqual(answer, { kind: "ambiguous" });
});

test("a user without a mailbox is no target, nor is an address that nobody has", async (t) => {
  const { process } = await graphWorld(t, { users });
  const { directory } = process();

  assert.deepEqual(await directory.resolve("$guest@contoso.com"), { kind: "no-mailbox" });
  assert.deepEqual(await directory.resolve("nobody@contoso.com"), { kind: "unknown" });
});

test("what is no address is not asked for", async (t) => {
  const { control, process } = await graphWorld(t, { users });
  const { directory } = process();

  for (const text of ["", "me", ANN, "a b@contoso.com", "ann@contoso.com,bob@contoso.com @"]) {
    assert.deepEqual(await directory.resolve(text), { kind: "unknown" });
  }
  assert.equal((await control.requests()).length, 0);
});

test("an answer is kept for a day, and a no for a quarter of an hour", async (t) => {
  const { control, process, pass } = await graphWorld(t, { users });
  const { directory } = process();
  await directory.resolve("ann@contoso.com");
  await directory.resolve("new@contoso.com");
  await control.forgetRequests();

  await directory.resolve("ANN@contoso.com");
  await directory.resolve("new@contoso.com");
  assert.equal((await control.requests()).length, 0);

  await control.putUser({ id: GUEST, userPrincipalName: "new@contoso.com", userType: "Member" });
  pass(16 * MINUTE);
  assert.equal((await directory.resolve("new@contoso.com")).kind, "mailbox");
  await control.forgetRequests();
  await directory.resolve("ann@contoso.com");
  assert.equal((await control.requests()).length, 0);
  pass(24 * HOUR);
  await directory.resolve("ann@contoso.com");
  assert.notEqual((await control.requests()).length, 0);
});

test("a new mailbox is no target at first, and becomes one", async (t) => {
  const { control, process, pass } = await graphWorld(t, { users });
  await control.setMailbox(ANN, "new");
  const { directory } = process();

  assert.equal((await directory.resolve("ann@contoso.com")).kind, "no-mailbox");
  await control.setMailbox(ANN, "normal");
  pass(16 * MINUTE);

  assert.equal((await directory.resolve("ann@contoso.com")).kind, "mailbox");
});

test("who asks for the same at once shares one look-up", async (t) => {
  const { control, process } = await graphWorld(t, { users, latencyMs: 5 });
  const { directory } = process();

  await Promise.all(Array.from({ length: 20 }, () => directory.resolve("ann@contoso.com")));

  assert.equal((await control.requests()).length, 2);
});

for (const state of ["denied", "moving", "full"] as const) {
  test(`a mailbox that is ${state} is there all the same: its deliveries wait and say why`, async (t) => {
    const { control, process } = await graphWorld(t, { users });
    await control.setMailbox(ANN, state);

    const answer = await process().directory.resolve("ann@contoso.com");

    assert.deepEqual(answer, { kind: "mailbox", mailbox: ANN });
  });
}

test("a directory that is throttled or away is no answer: the conversion waits", async (t) => {
  const { control, process, pass } = await graphWorld(t, { users });
  const { directory } = process();
  await control.setFaults({ rules: [{ kind: "status", status: 429, retryAfter: 30, times: 1 }] });

  await assert.rejects(directory.resolve("ann@contoso.com"), {
    name: "DeferredError",
    code: "graph-throttled",
    on: "app",
  });
  await control.setFaults({ rules: [{ kind: "reset", times: 10 }] });
  await assert.rejects(directory.resolve("ann@contoso.com"), { code: "graph-unavailable" });
  await control.clearFaults();
  pass(MINUTE);

  assert.equal((await directory.resolve("ann@contoso.com")).kind, "mailbox");
});

test("a directory consent that is missing makes everything wait", async (t) => {
  const { control, process, gates } = await graphWorld(t, { users });
  await control.setFaults({
    rules: [{ kind: "status", path: "/users", status: 403, code: "Authorization_RequestDenied" }],
  });

  await assert.rejects(process().directory.resolve("ann@contoso.com"), {
    code: "graph-forbidden",
    on: "app",
  });

  assert.ok(await gates.closed("app"));
});

test("nothing that is logged names who was asked for", async (t) => {
  const { control, process } = await graphWorld(t, { users });
  await control.setFaults({ rules: [{ kind: "status", status: 500 }] });
  const { directory, log } = process();

  const error = await directory.resolve("ann.lee@contoso.com").catch((thrown) => thrown);

  assert.notEqual(log.lines.length, 0);
  assert.doesNotMatch(`${JSON.stringify(log.lines)}${error.stack}${error.cause?.stack}`, /ann/i);
});
