import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Run } from "../../../local/show/accounts.ts";
import { finishRuns } from "../../../local/show/finish-runs.ts";

describe("a collection is finished", () => {
  test("when every run is closed, which the app does after what was put off has come back", async () => {
    const { fired, host, read } = world({
      deferred: [{ import: 1 }, {}],
      runs: [[run({ pending: 1 })], [run({ isClosed: true })]],
    });

    const runs = await finishRuns(host, read);

    assert.deepEqual(fired, ["collect", "reconcile", "reconcile"]);
    assert.equal(runs[0]?.isClosed, true);
  });

  test("when a source has failed and nothing of what had come is pending", async () => {
    const { host, read } = world({
      runs: [[run({ pending: 0 })]],
      collections: { wechat: "failed" },
    });

    const runs = await finishRuns(host, read);

    assert.equal(runs[0]?.isClosed, false);
  });

  test("at once when nothing is due", async () => {
    const { fired, host, read } = world({ runs: [[]] });

    assert.deepEqual(await finishRuns(host, read), []);
    assert.deepEqual(fired, ["collect", "reconcile"]);
  });
});

/** A host whose answers come one after the other; the last one stays. */
function world(script: {
  runs: Run[][];
  deferred?: Record<string, number>[];
  collections?: Record<string, string>;
}) {
  const fired: string[] = [];
  const { deferred = [{}] } = script;
  let looks = 0;
  let reads = 0;
  return {
    fired,
    host: {
      async fire(timer: string) {
        fired.push(timer);
      },
      async idle() {
        looks += 1;
        return { deferred: deferred[Math.min(looks, deferred.length) - 1] ?? {} };
      },
    },
    read: {
      async runs() {
        reads += 1;
        return script.runs[Math.min(reads, script.runs.length) - 1] ?? [];
      },
      collections: () => new Map(Object.entries(script.collections ?? {})),
      activity: () => looks,
    },
  };
}

function run(change: Partial<Run>): Run {
  const none = { available: 1, imported: 0, partial: 0, skipped: 0, rejected: 0, pending: 0 };
  const time = new Date("2026-03-02T08:00:00Z");
  return {
    connector: "wechat",
    id: "r",
    from: time,
    until: time,
    isClosed: false,
    ...none,
    ...change,
  };
}
