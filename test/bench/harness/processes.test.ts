import assert from "node:assert/strict";
import { test } from "node:test";
import { probe } from "../../../bench/harness/probe.ts";
import { runRow } from "../../../bench/harness/run-row.ts";

test("what fails in a process of its own fails here, with its own words", async () => {
  const settings = { rounds: 1, quick: true, full: false, seed: 1 };

  await assert.rejects(runRow("no-such-bench", settings), /There is no bench no-such-bench/);
  await assert.rejects(probe("no-such-probe", {}), /There is no probe no-such-probe/);
});
