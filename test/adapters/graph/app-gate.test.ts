import assert from "node:assert/strict";
import { test } from "node:test";
import { readUser } from "../../../local/graph/directory.ts";
import { HOUR, MINUTE } from "../../fakes/world.ts";
import { ANN, BOB, delivery, graphWorld, mailItem } from "./world.ts";

const FOLDER = "WeChat Archiver";
const MAILBOXES = [1, 2, 3, 4, 5, 6].map((n) => `c0000000-0000-4000-8000-00000000000${n}`);
const users = [ANN, BOB, ...MAILBOXES].map((id, n) =>
  readUser({ id, userPrincipalName: `user${n}@contoso.com` }, "users"),
);

type Process = ReturnType<Awaited<ReturnType<typeof graphWorld>>["process"]>;
const add = ({ mailboxes }: Process, mailbox: string, id = "1") => {
  const to = delivery(id, mailbox);
  return mailboxes.add(to, mailItem(to));
};
const alarms = ({ log }: Process) =>
  log.lines
    .filter(({ message }) => message.startsWith("graph gate"))
    .map(({ level, message, fields }) => `${level}: ${message} ${fields["code"]}`);

test("credentials that are gone make everything wait, with one alarm, and nothing is given up", async (t) => {
  const { control, process, pass } = await graphWorld(t, { users });
  const one = process();
  await control.setFaults({ rules: [{ kind: "status", status: 401 }] });

  for (let hours = 0; hours < 10 * 24; hours += 1) {
    for (const mailbox of [ANN, BOB]) {
      await assert.rejects(add(one, mailbox), { code: "graph-forbidden", on: "app" });
    }
    pass(HOUR);
  }
  await control.clearFaults();
  await add(one, ANN);
  await add(one, BOB);

  assert.deepEqual(alarms(one), [
    "error: graph gate closed graph-forbidden",
    "info: graph gate opened graph-forbidden",
  ]);
});

test("a request that came with a stale token is sent again with a newer one", async (t) => {
  const { control, process } = await graphWorld(t, { users });
  await control.setFaults({ rules: [{ kind: "status", status: 401, times: 1 }] });
  const one = process();

  await add(one, ANN);

  assert.deepEqual(alarms(one), []);
  assert.equal((await control.messages(ANN, FOLDER)).length, 1);
});

test("while the gate is closed nothing is asked, and then one look decides for all", async (t) => {
  const { control, process, pass } = await graphWorld(t, { users });
  const [one, other] = [process(), process()];
  await control.setFaults({
    rules: [{ kind: "status", status: 403, code: "Authorization_RequestDenied" }],
  });
  await assert.rejects(add(one, ANN), { on: "app" });
  await control.forgetRequests();

  await assert.rejects(add(one, BOB), { code: "graph-forbidden", on: "app" });
  await assert.rejects(add(other, BOB), { code: "graph-forbidden", on: "app" });
  assert.equal((await control.requests()).length, 0);

  pass(MINUTE);
  const outcomes = await Promise.allSettled([add(one, ANN), add(one, BOB)]);
  assert.ok(outcomes.every(({ status }) => status === "rejected"));
  assert.equal((await control.requests()).length, 1);
});

test("refusals by several mailboxes, while none is served, are the app's", async (t) => {
  const { control, process, gates } = await graphWorld(t, { users });
  const one = process();
  for (const mailbox of MAILBOXES) await control.setMailbox(mailbox, "denied");

  for (const mailbox of MAILBOXES) {
    await assert.rejects(add(one, mailbox), { code: "graph-forbidden", on: "app" });
  }

  assert.ok(await gates.closed("app"));
  assert.deepEqual(alarms(one), ["error: graph gate closed graph-forbidden"]);
});

test("a refusal by one mailbox, while others are served, is its own", async (t) => {
  const { control, process, pass, gates } = await graphWorld(t, { users });
  const one = process();
  await control.setMailbox(ANN, "denied");

  const seen: string[] = [];
  for (let n = 0; seen.at(-1) !== "mailbox-unavailable"; n += 1) {
    assert.ok(n < 50, "never given up");
    await add(one, ANN).catch((error) => seen.push(error.code));
    await add(one, BOB, `${n}`);
    pass(HOUR);
  }

  assert.ok(seen.length > 24, `given up after ${seen.length} hours`);
  assert.equal(await gates.closed("app"), undefined);
  assert.deepEqual(alarms(one), []);
  await assert.rejects(add(one, ANN), { detail: "ErrorAccessDenied" });
});

test("a single mailbox that refuses is no proof against it: it waits on the app's account", async (t) => {
  const { control, process, pass } = await graphWorld(t, { users });
  const one = process();
  await control.setMailbox(ANN, "denied");

  for (let hours = 0; hours < 72; hours += 1) {
    await assert.rejects(add(one, ANN), { code: "graph-forbidden", on: "app" });
    pass(HOUR);
  }
  await control.setMailbox(ANN, "normal");
  await add(one, ANN);

  assert.deepEqual(alarms(one), [
    "error: graph gate closed graph-forbidden",
    "info: graph gate opened graph-forbidden",
  ]);
});

test("three leavers in a row close the gate for half a minute, and the next mailbox opens it", async (t) => {
  const { control, process, pass } = await graphWorld(t, { users });
  const one = process();
  for (const mailbox of MAILBOXES.slice(0, 3)) {
    await control.setMailbox(mailbox, "denied");
    await assert.rejects(add(one, mailbox), { on: "app" });
  }
  await assert.rejects(add(one, ANN), { on: "app" });

  pass(MINUTE);
  await add(one, ANN);

  const [leaver = ""] = MAILBOXES;
  await assert.rejects(add(one, leaver), { code: "graph-forbidden", on: "mailbox" });
});

test("a leaver who comes first when the gate's time is over keeps nobody else from looking", async (t) => {
  const { control, process, pass } = await graphWorld(t, { users });
  const one = process();
  for (const mailbox of MAILBOXES.slice(0, 3)) {
    await control.setMailbox(mailbox, "denied");
    await assert.rejects(add(one, mailbox), { on: "app" });
  }
  pass(MINUTE);

  const [leaver = ""] = MAILBOXES;
  await assert.rejects(add(one, leaver), { on: "app" });
  await add(one, ANN);
});

for (const outage of [{ kind: "status", status: 503 }, { kind: "reset" }] as const) {
  test(`an outage (${outage.kind}) closes the gate after half a minute, and its end opens it`, async (t) => {
    const { control, process, pass } = await graphWorld(t, { users });
    const one = process();
    await control.setFaults({ rules: [outage] });

    const accounts = new Set<string>();
    const doubts = new Set<boolean>();
    for (let minutes = 0; minutes < 3 * 24 * 60; minutes += 30) {
      await add(one, ANN).catch(({ on }) => accounts.add(on));
      pass(30_000);
      const last = await add(one, BOB).catch((error) => error);
      accounts.add(last.on);
      if (last.on === "app") doubts.add(!last.nothingWritten);
      pass(30 * MINUTE);
    }
    await control.clearFaults();
    await add(one, ANN);
    await add(one, BOB);

    assert.deepEqual([...accounts], ["item", "app"]);
    assert.deepEqual([...doubts], [false], "whoever meets the closed gate has written nothing");
    assert.deepEqual(alarms(one), [
      "error: graph gate closed graph-unavailable",
      "info: graph gate opened graph-unavailable",
    ]);
  });
}

test("one item that always fails is no outage", async (t) => {
  const { control, process, pass, gates } = await graphWorld(t, { users });
  const one = process();
  await control.setFaults({ rules: [{ kind: "status", path: "/messages$", status: 500 }] });

  for (let n = 0; n < 50; n += 1) {
    await assert.rejects(add(one, ANN), { code: "graph-unavailable", on: "item" });
    pass(MINUTE);
  }

  assert.equal(await gates.closed("app"), undefined);
  assert.deepEqual(alarms(one), []);
});
