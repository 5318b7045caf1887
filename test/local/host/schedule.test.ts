import assert from "node:assert/strict";
import { test } from "node:test";
import { ncrontab } from "../../../local/host/schedule.ts";

const noon = new Date("2026-11-21T12:00:00Z");

function times(expression: string, count: number, timeZone?: string): string[] {
  const schedule = ncrontab(expression, timeZone);
  const found: Date[] = [];
  while (found.length < count) {
    found.push(schedule.next(found.at(-1) ?? noon));
  }
  return found.map((time) => time.toISOString().slice(0, 19));
}

test("every 15 minutes falls on the quarters of the hour, in UTC", () => {
  assert.deepEqual(times("0 */15 * * * *", 2), ["2026-11-21T12:15:00", "2026-11-21T12:30:00"]);
});

test("a step after a single number starts there, as NCRONTAB has it", () => {
  assert.deepEqual(times("0 7/20 * * * *", 3), [
    "2026-11-21T12:07:00",
    "2026-11-21T12:27:00",
    "2026-11-21T12:47:00",
  ]);
});

test("five fields mean the full minute", () => {
  assert.deepEqual(times("15 3 * * *", 1), ["2026-11-22T03:15:00"]);
});

test("day and day of week must both match, unlike in Unix cron", () => {
  assert.deepEqual(times("0 0 0 1 * Mon", 2), ["2027-02-01T00:00:00", "2027-03-01T00:00:00"]);
});

test("a time zone shifts the schedule, as TZ does on the host", () => {
  assert.deepEqual(times("0 30 9 * * *", 1, "Asia/Tokyo"), ["2026-11-22T00:30:00"]);
});

test("only a schedule faster than a minute counts as such", () => {
  assert.equal(ncrontab("*/30 * * * * *").isFasterThanAMinute, true);
  assert.equal(ncrontab("0 * * * * *").isFasterThanAMinute, false);
});

test("what NCRONTAB does not know is refused here too", () => {
  for (const expression of [
    "@daily",
    "0 0 0 L * *",
    "0 0 0 ? * 1",
    "0 0 0 * * 7",
    "0 0 0 * * 1#2",
  ]) {
    assert.throws(() => ncrontab(expression), /is not NCRONTAB/, expression);
  }
  for (const expression of ["", "* * *", "61 * * * * *", "00:15:00"]) {
    assert.throws(() => ncrontab(expression), /is not NCRONTAB/, expression);
  }
});

test("a schedule that never comes round says so", () => {
  assert.throws(() => ncrontab("0 0 0 31 2 *").next(noon), /never comes round/);
});
