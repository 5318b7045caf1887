import assert from "node:assert/strict";
import { test } from "node:test";
import { breaker, closedForMs } from "../../shared/domain/breaker.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const at = (ms: number) => new Date(Date.parse("2026-01-05T09:00:00Z") + ms);

test("one mailbox that refuses, while others are served, never stops the app", () => {
  const it = breaker();

  assert.deepEqual(it.refused("a", at(0)), { own: false, trips: false });
  it.served("b");

  for (let hours = 0; hours < 100; hours += 1) {
    assert.deepEqual(it.refused("a", at(hours * 60 * MINUTE)), { own: true, trips: false });
  }
});

test("three mailboxes that refuse, with none served meanwhile, stop the app", () => {
  const it = breaker();

  const trips = ["a", "b", "b", "c"].map((mailbox) => it.refused(mailbox, at(0)).trips);

  assert.deepEqual(trips, [false, false, false, true]);
});

test("ten minutes of refusals alone stop the app, were there but one mailbox", () => {
  const it = breaker();

  const trips = [0, 5, 9, 10].map((minutes) => it.refused("a", at(minutes * MINUTE)).trips);

  assert.deepEqual(trips, [false, false, false, true]);
});

test("a mailbox that is served again is no longer held to be out of scope", () => {
  const it = breaker();
  it.refused("a", at(0));
  it.served("b");
  assert.ok(it.refused("a", at(0)).own);

  it.served("a");

  assert.ok(!it.refused("a", at(0)).own);
});

test("failures in a row for half a minute are an outage; an answer in between is not", () => {
  const down = breaker();
  const shaky = breaker();

  const seen = [0, 10, 20, 29, 30, 31].map((seconds) => down.failed(at(seconds * SECOND)));
  const answered = [0, 10, 20, 29, 30, 31, 60, 61].map((seconds) => {
    if (seconds === 20) shaky.answered();
    return shaky.failed(at(seconds * SECOND));
  });

  assert.deepEqual(seen, [false, false, false, false, true, true]);
  assert.deepEqual(answered, [false, false, false, false, false, false, true, true]);
});

test("many failures in one moment are no outage yet", () => {
  const it = breaker();

  assert.ok(Array.from({ length: 100 }, () => it.failed(at(0))).every((isDown) => !isDown));
});

test("the app looks again after half a minute, and then ever later, up to five minutes", () => {
  const since = at(0);

  assert.equal(closedForMs(since, at(0)), 30 * SECOND);
  assert.equal(closedForMs(since, at(2 * MINUTE)), 30 * SECOND);
  assert.equal(closedForMs(since, at(8 * MINUTE)), 2 * MINUTE);
  assert.equal(closedForMs(since, at(24 * 60 * MINUTE)), 5 * MINUTE);
});
