import assert from "node:assert/strict";
import { test } from "node:test";
import { bindingData, withEntryProperties } from "../../../local/host/binding-data.ts";

const noon = new Date("2026-11-21T12:00:00Z");

test("strings go as strings, everything else as JSON, and sys is always there", () => {
  const { Id, DequeueCount, sys } = bindingData("work", { Id: "a", DequeueCount: 1 }, noon);

  assert.deepEqual(Id, { string: "a" });
  assert.deepEqual(DequeueCount, { json: "1" });
  assert.match(sys?.json ?? "", /"MethodName":"work","UtcNow":"2026-11-21T12:00:00.000Z"/);
});

test("an entry's properties take the place of metadata of the same name in any case", () => {
  const merged = withEntryProperties({ DequeueCount: { json: "1" } }, '{"dequeuecount":99}');

  assert.deepEqual(merged, { DequeueCount: { string: "99" } });
});

test("values are printed as .NET prints them; lists and null are left out", () => {
  const entry = {
    yes: true,
    list: [1],
    none: null,
    inner: { a: [1] },
    utc: "2026-11-21T12:00:00Z",
    offset: "2026-11-21T01:00:00.5+02:00",
    day: "2026-11-21",
  };

  assert.deepEqual(withEntryProperties({}, JSON.stringify(entry)), {
    yes: { string: "True" },
    inner: { json: '{"a":[1]}' },
    utc: { string: "11/21/2026 12:00:00" },
    offset: { string: "11/20/2026 23:00:00" },
    day: { string: "2026-11-21" },
  });
});

test("an entry that is no JSON object adds nothing", () => {
  for (const text of ["", "text", "[1]", '{"a":', "12"]) {
    assert.deepEqual(withEntryProperties({}, text), {}, text);
  }
});
