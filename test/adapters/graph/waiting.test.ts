import assert from "node:assert/strict";
import { test } from "node:test";
import type { FaultRule } from "../../../local/graph/faults.ts";
import { HOUR, MINUTE } from "../../fakes/world.ts";
import { ANN, BOB, delivery, graphWorld, mailItem, testFile } from "./world.ts";

const FOLDER = "WeChat Archiver";
const throttled = (retryAfter: number, rule: Partial<FaultRule> = {}): FaultRule => ({
  kind: "status",
  path: "/messages$",
  status: 429,
  retryAfter,
  ...rule,
});

type Add = ReturnType<Awaited<ReturnType<typeof graphWorld>>["process"]>["mailboxes"];
const add = (mailboxes: Add, id: string, mailbox = ANN) => {
  const to = delivery(id, mailbox);
  return mailboxes.add(to, mailItem(to));
};

test("a short wait is waited out, never shorter than Graph asked and at most a tenth longer", async (t) => {
  const { control, process } = await graphWorld(t);
  await control.setFaults({ rules: [throttled(3, { times: 1 })] });
  const { mailboxes, slept } = process();

  await add(mailboxes, "1");

  assert.deepEqual(slept, [3000]);
  assert.equal((await control.messages(ANN, FOLDER)).length, 1);
});

test("whoever is refused within its own limits is not alone in the mailbox: it is crowded from now on", async (t) => {
  const { control, process, gates } = await graphWorld(t);
  const { mailboxes } = process();

  await add(mailboxes, "1");
  assert.deepEqual([...gates.crowded], []);
  await control.setFaults({ rules: [throttled(1, { times: 1 })] });
  await add(mailboxes, "2");

  assert.deepEqual([...gates.crowded], [ANN]);
});

test("an invocation waits five seconds in all, and then defers", async (t) => {
  const { control, process } = await graphWorld(t);
  await control.setFaults({ rules: [throttled(2)] });
  const { mailboxes, slept } = process();

  await assert.rejects(add(mailboxes, "1"), {
    name: "DeferredError",
    code: "graph-throttled",
    on: "mailbox",
    retryAfterMs: 2000,
    nothingWritten: true,
  });

  assert.deepEqual(slept, [2000, 2000]);
});

test("a long wait is not slept, and is as long as Graph asked, at most a tenth longer", async (t) => {
  const { control, process } = await graphWorld(t);
  await control.setFaults({ rules: [throttled(100)] });
  const { mailboxes, slept } = process();

  await assert.rejects(add(mailboxes, "1"), (error: { retryAfterMs?: number }) => {
    assert.ok(error.retryAfterMs && error.retryAfterMs >= 100_000 && error.retryAfterMs <= 110_000);
    return true;
  });
  assert.deepEqual(slept, []);
});

test("a mailbox that was told to wait is not asked again before its time, by no process", async (t) => {
  const { control, process, pass } = await graphWorld(t);
  await control.setFaults({ rules: [throttled(100, { times: 1 })] });
  const [one, other] = [process(), process()];
  await assert.rejects(add(one.mailboxes, "1"));
  await control.forgetRequests();

  const waits = { code: "mailbox-waiting", on: "mailbox", nothingWritten: true };
  await assert.rejects(add(one.mailboxes, "2"), waits);
  await assert.rejects(add(other.mailboxes, "3"), waits);
  assert.equal((await control.requests()).length, 0);

  await add(other.mailboxes, "4", BOB);
  pass(100_000);
  await add(other.mailboxes, "3");
  await add(one.mailboxes, "2");
  assert.equal((await control.messages(ANN, FOLDER)).length, 2);
});

test("four requests are under way in a mailbox at most, whatever wants in", async (t) => {
  const { control, process } = await graphWorld(t, { latencyMs: 20, realTime: true });
  const { mailboxes } = process();
  await add(mailboxes, "first");

  await Promise.all(Array.from({ length: 24 }, (_, n) => add(mailboxes, `item ${n}`)));

  assert.equal((await control.messages(ANN, FOLDER)).length, 25);
  assert.ok((await control.requests()).every(({ status }) => status !== 429));
});

test("an upload waits until the mailbox's bytes of five minutes allow it, before it begins", async (t) => {
  const { control, process, pass } = await graphWorld(t);
  const { mailboxes } = process();
  const big = testFile("a.bin", 12_000_000);
  for (let n = 0; n < 12; n += 1) {
    const to = delivery(`big ${n}`);
    await mailboxes.add(to, mailItem(to, {}, [big]));
  }
  await control.forgetRequests();
  const to = delivery("one too many");

  await assert.rejects(mailboxes.add(to, mailItem(to, {}, [big])), {
    code: "mailbox-waiting",
    on: "mailbox",
  });
  assert.ok((await control.requests()).every(({ method }) => method === "GET"));
  pass(6 * MINUTE);
  await mailboxes.add(to, mailItem(to, {}, [big]));

  assert.equal((await control.messages(ANN, FOLDER)).length, 13);
});

test("a mailbox that is full is tried again once a day, and one that has room again at once", async (t) => {
  const { control, process, pass, gates } = await graphWorld(t);
  const { mailboxes, log } = process();
  await add(mailboxes, "1");
  await control.setMailbox(ANN, "full");

  await assert.rejects(add(mailboxes, "2"), (error: { code: string; retryAfterMs: number }) => {
    assert.equal(error.code, "mailbox-quota");
    assert.ok(error.retryAfterMs >= 24 * HOUR);
    return true;
  });
  await assert.rejects(add(mailboxes, "3"), { code: "mailbox-quota" });
  const warnings = log.lines.filter(({ message }) => message === "mailbox closed");
  assert.equal(warnings.length, 1);

  await control.setMailbox(ANN, "normal");
  pass(24 * HOUR);
  await add(mailboxes, "2");
  assert.equal(await gates.closed(ANN), undefined);
});

test("a new mailbox takes its items within a quarter of an hour, and none is lost", async (t) => {
  const { control, process, pass } = await graphWorld(t);
  const { mailboxes } = process();
  await control.setMailbox(ANN, "new");

  await assert.rejects(add(mailboxes, "1"), { code: "mailbox-unavailable", on: "mailbox" });
  pass(17 * MINUTE);
  await control.setMailbox(ANN, "normal");
  await add(mailboxes, "1");

  assert.equal((await control.messages(ANN, FOLDER)).length, 1);
});

test("a mailbox on the move makes its items wait however long it takes", async (t) => {
  const { control, process, pass } = await graphWorld(t);
  const { mailboxes } = process();
  await control.setMailbox(ANN, "moving");

  for (let hours = 0; hours < 48; hours += 1) {
    await assert.rejects(add(mailboxes, "1"), { name: "DeferredError", on: "mailbox" });
    pass(HOUR);
  }
  await control.setMailbox(ANN, "normal");
  await add(mailboxes, "1");
});

test("a mailbox that stays inactive is given up after a day, with the reason", async (t) => {
  const { control, process, pass } = await graphWorld(t);
  const { mailboxes } = process();
  await control.setMailbox(ANN, "inactive");

  const codes: string[] = [];
  for (let hours = 0; hours <= 25 && codes.at(-1) !== "RejectedItemError"; hours += 1) {
    await add(mailboxes, "1").catch((error: Error) => codes.push(error.name));
    pass(HOUR);
  }

  assert.ok(codes.length >= 24, `given up after ${codes.length} hours`);
  await assert.rejects(add(mailboxes, "1"), {
    code: "mailbox-unavailable",
    detail: "MailboxNotEnabledForRESTAPI",
  });
});

test("a user who is gone is given up after a quarter of an hour", async (t) => {
  const { control, process, pass } = await graphWorld(t);
  const { mailboxes } = process();
  await control.removeUser(ANN);

  await assert.rejects(add(mailboxes, "1"), { name: "DeferredError" });
  pass(17 * MINUTE);

  await assert.rejects(add(mailboxes, "1"), { code: "mailbox-unavailable" });
});

test("without a word from Graph the waits double from a second", async (t) => {
  const { control, process, pass } = await graphWorld(t);
  await control.setFaults({
    rules: [{ kind: "status", path: "/messages$", status: 503, times: 5 }],
  });
  const { mailboxes } = process();

  const waits: number[] = [];
  for (let n = 0; n < 5; n += 1) {
    await add(mailboxes, "1").catch((error) => waits.push(error.retryAfterMs));
    pass(waits.at(-1) ?? 0);
  }

  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 17_000]);
});
