import assert from "node:assert/strict";
import { test } from "node:test";
import { nextWindow } from "../../shared/domain/window.ts";

const january = (day: number, time: string) =>
  new Date(`2026-01-${String(day).padStart(2, "0")}T${time}:00Z`);
const collectAfter = "05:30";

test("an item filed up to two hours late is still asked for", () => {
  const checkpoint = january(5, "05:30");

  const window = nextWindow({ checkpoint, tick: january(6, "05:30"), collectAfter });

  assert.deepEqual(window, { from: january(5, "03:30"), until: january(6, "05:30") });
});

test("after an outage the windows catch up a day at a time, and leave no gap", () => {
  const tick = january(8, "12:00");

  const first = nextWindow({ checkpoint: january(5, "12:00"), tick, collectAfter });
  const second = nextWindow({ checkpoint: january(6, "12:00"), tick, collectAfter });
  const third = nextWindow({ checkpoint: january(7, "12:00"), tick, collectAfter });

  assert.deepEqual(first?.until, january(6, "12:00"));
  assert.deepEqual(second?.until, january(7, "12:00"));
  assert.deepEqual(third?.until, tick);
});

test("a new connector begins at once, with the 24 hours before it", () => {
  const window = nextWindow({ checkpoint: undefined, tick: january(6, "01:15"), collectAfter });

  assert.deepEqual(window, { from: january(5, "01:15"), until: january(6, "01:15") });
});

test("a connector is collected once a day, at the first tick after its hour", () => {
  const checkpoint = january(5, "05:45");

  const early = nextWindow({ checkpoint, tick: january(6, "05:15"), collectAfter });
  const due = nextWindow({ checkpoint, tick: january(6, "05:30"), collectAfter });
  const done = nextWindow({
    checkpoint: january(6, "05:30"),
    tick: january(6, "23:45"),
    collectAfter,
  });

  assert.equal(early, undefined);
  assert.deepEqual(due?.until, january(6, "05:30"));
  assert.equal(done, undefined);
});

test("no window is longer than 26 hours", () => {
  const checkpoint = january(1, "00:00");

  const window = nextWindow({ checkpoint, tick: january(20, "00:00"), collectAfter });

  const hours = ((window?.until.getTime() ?? 0) - (window?.from.getTime() ?? 0)) / 3_600_000;
  assert.equal(hours, 26);
});
