import assert from "node:assert/strict";
import { test } from "node:test";
import { appTelemetry } from "../../../shared/adapters/telemetry/app-telemetry.ts";
import type {
  ApplicationInsightsOptions,
  LiveTelemetry,
} from "../../../shared/adapters/telemetry/application-insights.ts";
import { memoryTelemetry } from "../../fakes/memory-telemetry.ts";
import { memoryLog } from "../../fakes/world.ts";

const options: ApplicationInsightsOptions = {
  connectionString: "InstrumentationKey=11111111-2222-4333-8444-555555555555",
  tracesPercent: 100,
  role: "archive",
  graphHost: "graph.microsoft.com",
};

/** Live telemetry in memory, whose end is what the test makes it. */
function live(stop: () => Promise<void> = async () => {}) {
  const memory = memoryTelemetry();
  const telemetry: LiveTelemetry = {
    ...memory,
    invocation: (_traceparent, work) => work(),
    stop,
  };
  return { memory, start: async () => telemetry };
}

const imported = {
  connector: "wechat",
  runId: "wechat-20260105T053000000Z",
  itemKey: `i-${"0".repeat(32)}`,
  mailbox: "a0000000-0000-4000-8000-000000000001",
  outcome: "imported",
};

test("without a connection string work is done, and nothing is loaded", async () => {
  let loads = 0;
  const telemetry = appTelemetry(undefined, memoryLog(), {
    async start() {
      loads += 1;
      throw new Error("loaded");
    },
  });

  await telemetry.start();
  const done = await telemetry.invocation("", () =>
    telemetry.stage({ stage: "import", ...imported }, async () => "done"),
  );
  telemetry.event("ItemImported", imported);
  await telemetry.stop();

  assert.equal(done, "done");
  assert.equal(loads, 0);
});

test("once started, what is told arrives, however often the start is asked for", async () => {
  const { memory, start } = live();
  const telemetry = appTelemetry(options, memoryLog(), { start });

  await Promise.all([telemetry.start(), telemetry.start()]);
  telemetry.event("ItemImported", imported);

  assert.deepEqual(memory.eventsOf("ItemImported"), [imported]);
});

test("telemetry that cannot start stops no work, and says so once", async () => {
  const log = memoryLog();
  const telemetry = appTelemetry(options, log, {
    async start() {
      throw new SyntaxError("a message that may quote anything");
    },
  });

  await telemetry.start();
  const done = [];
  for (let n = 0; n < 2; n += 1) {
    done.push(await telemetry.invocation(undefined, async () => "done"));
  }

  assert.deepEqual(done, ["done", "done"]);
  assert.deepEqual(log.lines, [
    { level: "error", message: "telemetry not started", fields: { error: "SyntaxError" } },
  ]);
});

test("an endpoint that does not answer holds the end of the process up for some seconds only", async () => {
  const waited: number[] = [];
  const { start } = live(() => new Promise(() => {}));
  const sleep = async (ms: number) => void waited.push(ms);
  const telemetry = appTelemetry(options, memoryLog(), { start, sleep });
  await telemetry.start();

  await telemetry.stop();

  assert.deepEqual(waited, [5_000]);
});

test("an end that fails is an end", async () => {
  const { start } = live(async () => {
    throw new Error("no network");
  });
  const telemetry = appTelemetry(options, memoryLog(), { start });
  await telemetry.start();

  await telemetry.stop();
});
