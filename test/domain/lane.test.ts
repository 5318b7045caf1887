import assert from "node:assert/strict";
import { test } from "node:test";
import { lane } from "../../shared/domain/lane.ts";

const MINUTE = 60_000;
const start = Date.parse("2026-01-05T09:00:00Z");
const at = (ms: number) => new Date(start + ms);
const limits = { requests: 4, requestsPer10Minutes: 100, bytesPer5Minutes: 1000 };

test("four requests are under way at most: Graph refuses the fifth", () => {
  const it = lane(limits);

  for (let n = 0; n < 4; n += 1) assert.deepEqual(it.enter(0, at(0)), { kind: "entered" });

  assert.deepEqual(it.enter(0, at(0)), { kind: "busy" });
  it.leave();
  assert.deepEqual(it.enter(0, at(0)), { kind: "entered" });
});

test("a lane that Graph told to wait lets nobody in before its time", () => {
  const it = lane(limits);

  it.holdUntil(at(5000));
  it.holdUntil(at(2000));

  assert.deepEqual(it.enter(0, at(0)), { kind: "wait", ms: 5000 });
  assert.deepEqual(it.enter(0, at(5000)), { kind: "entered" });
});

test("no span of five minutes sees more bytes than the budget", () => {
  const it = lane(limits);
  const sent: { at: number; bytes: number }[] = [];

  for (let now = 0; now < 30 * MINUTE; now += 7000) {
    const admission = it.enter(90, at(now));
    if (admission.kind === "entered") {
      it.leave();
      sent.push({ at: now, bytes: 90 });
    }
  }

  assert.ok(sent.length > 50);
  for (const { at: from } of sent) {
    const inside = sent.filter(({ at: it }) => it >= from && it < from + 5 * MINUTE);
    assert.ok(inside.reduce((sum, { bytes }) => sum + bytes, 0) <= 1000);
  }
});

test("the wait that a budget asks for is long enough, and no longer than its span and a slot", () => {
  const it = lane(limits);
  it.enter(1000, at(0));
  it.leave();

  const refused = it.enter(1, at(MINUTE));

  assert.equal(refused.kind, "wait");
  const ms = refused.kind === "wait" ? refused.ms : 0;
  assert.ok(ms >= 4 * MINUTE && ms <= 4 * MINUTE + 10_000);
  assert.deepEqual(it.enter(1, at(MINUTE + ms)), { kind: "entered" });
});

test("look-ups count as requests, and cost no bytes", () => {
  const it = lane({ ...limits, requestsPer10Minutes: 2 });

  for (let n = 0; n < 2; n += 1) {
    assert.deepEqual(it.enter(0, at(0)), { kind: "entered" });
    it.leave();
  }

  assert.equal(it.enter(0, at(0)).kind, "wait");
  assert.deepEqual(it.enter(0, at(11 * MINUTE)), { kind: "entered" });
});

test("bytes set aside for an upload are gone for others, and come back with time", () => {
  const it = lane(limits);

  assert.equal(it.reserve(700, at(0)), 0);
  assert.ok(it.reserve(700, at(1000)) > 0);
  assert.equal(it.enter(400, at(1000)).kind, "wait");
  assert.equal(it.reserve(700, at(6 * MINUTE)), 0);
});

test("an upload larger than the whole budget goes when little else went of late", () => {
  const it = lane(limits);
  it.enter(200, at(0));
  it.leave();

  assert.equal(it.reserve(5000, at(0)), 0);
  const ms = it.reserve(5000, at(MINUTE));

  assert.ok(ms > 0);
  assert.equal(it.reserve(5000, at(MINUTE + ms)), 0);
});

test("a lane with nothing to remember says so", () => {
  const it = lane(limits);
  assert.ok(it.isIdle(at(0)));

  it.enter(10, at(0));
  assert.ok(!it.isIdle(at(20 * MINUTE)));
  it.leave();

  assert.ok(!it.isIdle(at(MINUTE)));
  assert.ok(it.isIdle(at(11 * MINUTE)));
});
