import assert from "node:assert/strict";
import { test } from "node:test";
import { hostActivity } from "../../../local/host/activity.ts";
import { untilIdle } from "../../../local/host/idle.ts";
import type { Backlog, Listener } from "../../../local/host/listener.ts";

const NOTHING: Backlog = { waiting: false, deferred: 0 };

function listener(functionName: string, backlog: () => Promise<Backlog>): Listener {
  return { functionName, start() {}, async stop() {}, backlog };
}

test("work left to a function that was looked at already is not overlooked", async () => {
  const activity = hostActivity();
  const looks: string[] = [];
  let jobs = 0;
  const importing = listener("import", async () => {
    looks.push(`import ${jobs}`);
    const waiting = jobs > 0;
    jobs = 0;
    return { waiting, deferred: 0 };
  });
  let receipts = 1;
  const converting = listener("convert", async () => {
    looks.push(`convert ${receipts}`);
    if (receipts > 0) {
      // Taken and finished between two looks.
      await activity.during("convert", async () => {
        receipts = 0;
        jobs = 1;
      });
    }
    return NOTHING;
  });

  await untilIdle({
    listeners: [importing, converting],
    functionNames: ["import", "convert"],
    activity,
    pollMs: 1,
  });

  assert.deepEqual(looks, ["import 0", "convert 1", "import 1", "import 0", "convert 0"]);
});

test("a function that runs is waited for, though nothing is left to take", async () => {
  const activity = hostActivity();
  const { promise, resolve } = Promise.withResolvers<void>();
  const ended: string[] = [];
  const running = activity.during("import", () => promise).then(() => ended.push("function"));

  const idle = untilIdle({ listeners: [], functionNames: ["import"], activity, pollMs: 1 });
  const watched = idle.then(() => ended.push("idle"));
  setTimeout(resolve, 20);
  await Promise.all([running, watched]);

  assert.deepEqual(ended, ["function", "idle"]);
});

test("what is put off is reported under the function's name, and not waited for", async () => {
  const importing = listener("import", async () => ({ waiting: false, deferred: 2 }));
  const converting = listener("convert", async () => NOTHING);

  const idleness = await untilIdle({
    listeners: [importing, converting],
    functionNames: ["import", "convert"],
    activity: hostActivity(),
    pollMs: 1,
  });

  assert.deepEqual(idleness, { deferred: { import: 2 } });
});
