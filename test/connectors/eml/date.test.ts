import assert from "node:assert/strict";
import { test } from "node:test";
import { readDate } from "../../../shared/connectors/eml/date.ts";

const nine = "2026-11-19T09:00:00.000Z";

const SAME_MOMENT = [
  "Thu, 19 Nov 2026 09:00:00 +0000",
  "Thu, 19 Nov 2026 10:00:00 +0100 (CET)",
  "19 Nov 2026 04:00:00 EST",
  "Thu, 19 Nov 26 09:00 GMT",
  "Thu, 19 Nov 126 09:00:00 UT",
  "thursday, 19-November-2026 09.00.00 Z",
  "Thu,19 Nov 2026 09:00:00.123 +0000",
  "Thu Nov 19 09:00:00 2026",
  "Thu Nov 19 01:00:00 PST 2026",
  "2026-11-19T09:00:00Z",
  "2026-11-19 10:30:00+01:30",
  "Thu, 19 Nov 2026 09:00:00",
];

for (const value of SAME_MOMENT) {
  test(`a date is read as mail clients read it: ${value}`, () => {
    assert.equal(readDate(value)?.toISOString(), nine);
  });
}

for (const value of [
  "",
  "yesterday",
  "99 Nov 2026 09:00:00 +0000",
  "19 Foo 2026 09:00:00",
  "19 Nov 2026 25:00:00",
  "19 Nov 999999999 09:00:00",
]) {
  test(`a date that is none is said to be none: ${value || "(empty)"}`, () => {
    assert.equal(readDate(value), undefined);
  });
}
