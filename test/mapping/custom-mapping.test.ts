import assert from "node:assert/strict";
import { test } from "node:test";
import { customMapping } from "../../shared/mapping/custom-mapping.ts";
import { readMappingFile } from "../../shared/mapping/mapping-file.ts";

test("numbers that were parsed before are found as they were, however many came in between", () => {
  const csv = Buffer.from("442079460018,ann@contoso.com\n");
  const mapping = customMapping(readMappingFile(csv, "wechat.csv"), "GB");
  const at = new Date("2026-01-05T09:00:00Z");
  const find = () => [
    mapping.find("020 7946 0018", at)?.address,
    mapping.find("020 7946 0019", at),
  ];

  const first = find();
  const again = find();
  for (let n = 0; n < 10_001; n += 1) mapping.find(`0${2_079_000_000 + n}`, at);

  assert.deepEqual(first, ["ann@contoso.com", undefined]);
  assert.deepEqual([again, find()], [first, first]);
});
