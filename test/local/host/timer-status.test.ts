import assert from "node:assert/strict";
import { test } from "node:test";
import { ncrontab } from "../../../local/host/schedule.ts";
import { firstStatus, nextStatus, resumedStatus } from "../../../local/host/timer-status.ts";

const hourly = ncrontab("0 0 * * * *");
const noon = new Date("2026-11-21T12:00:00Z");
const midnight = new Date("2026-11-22T00:00:00Z");

test("a timer that never ran has no last run, and is due at its next occurrence", () => {
  assert.deepEqual(resumedStatus(undefined, hourly, noon), {
    Last: "0001-01-01T00:00:00+00:00",
    Next: "2026-11-21T13:00:00.000+00:00",
    LastUpdated: "2026-11-21T12:00:00.000+00:00",
  });
});

test("after a downtime the missed occurrence stays due", () => {
  const recorded = nextStatus(hourly, noon);

  assert.deepEqual(resumedStatus(recorded, hourly, midnight), recorded);
});

test("a new schedule owes nothing for the time in which the old one was in force", () => {
  const recorded = nextStatus(hourly, noon);
  const daily = ncrontab("0 0 5 * * *");

  assert.deepEqual(resumedStatus(recorded, daily, midnight), firstStatus(daily, midnight));
});
