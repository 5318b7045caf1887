import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { cpuMsOf, ownChildren } from "../../../bench/harness/process-cpu.ts";

const options = { skip: existsSync("/proc/self/stat") ? false : "the system has no /proc" };

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

test(
  "the CPU time of a process is what the process itself says, whatever its name",
  options,
  () => {
    const title = process.title;
    // The kernel puts the name among the numbers, in brackets.
    process.title = "app) 7 (x";

    for (const until = cpuMs() + 200; cpuMs() < until; ) Math.sqrt(2);
    const [seen, own] = [cpuMsOf(process.pid), cpuMs()];
    process.title = title;

    // Counted in ticks of 10 ms, for user and system each.
    assert.ok(Math.abs(seen - own) <= 50, `${seen} of ${own} ms`);
  },
);

test("a process that was started is among the children, until it has ended", options, async () => {
  const child = fork(new URL("../../../bench/harness/root.ts", import.meta.url), { silent: true });
  const exited = once(child, "exit");
  const pid = child.pid ?? assert.fail();

  assert.ok(ownChildren().includes(pid));
  await exited;

  assert.ok(!ownChildren().includes(pid));
  assert.equal(cpuMsOf(pid), 0);
});
