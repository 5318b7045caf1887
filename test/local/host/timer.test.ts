import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BlobServiceClient } from "@azure/storage-blob";
import { type Bench, openBench, type Place, until } from "./fixture.ts";

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.stop());

test("a timer run by hand has ended when fire resolves, and is given the documented shape", async (t) => {
  const host = await bench.place(t).start();

  await host.fire("tick");

  const [sight] = host.saw("tick");
  assert.deepEqual(sight?.["timer"], {
    schedule: { adjustForDST: true },
    scheduleStatus: null,
    isPastDue: false,
  });
  assert.equal(sight?.triggerMetadata, undefined);
  assert.deepEqual(sight?.["traceContext"], { traceParent: "", traceState: "" });
});

test("fire rejects with the function's own error", async (t) => {
  const { settings, start } = bench.place(t);
  const host = await start({ env: { ...settings, TICK_FAILS: "yes" } });

  await assert.rejects(host.fire("tick"), { message: "tick failed" });
});

test("fire rejects when the app's process is killed meanwhile, and names an unknown timer", async (t) => {
  const { settings, start } = bench.place(t);
  const host = await start({ env: { ...settings, TICK_HOLDS: "yes" } });

  const fired = host.fire("tick");
  await until(() => host.saw("tick").length === 1);
  await Promise.all([assert.rejects(fired, /app process ended before tick finished/), host.kill()]);

  await assert.rejects(host.fire("tock"), /no timer tock; the app's timers: tick/);
});

test("a timer is not run twice at once", async (t) => {
  const { settings, start } = bench.place(t);
  const host = await start({ env: { ...settings, TICK_HOLDS: "yes" } });

  const fired = [host.fire("tick"), host.fire("tick")];
  await until(() => host.saw("tick").length === 1);
  await fetch(`${host.url}/api/health`);
  const atOnce = host.saw("tick").length;
  await host.release();
  await until(() => host.saw("tick").length === 2);
  await host.release();
  await Promise.all(fired);

  assert.equal(atOnce, 1);
});

test("a timer runs when its schedule comes round, again and again", async (t) => {
  const { settings, start } = bench.place(t);

  const host = await start({
    schedules: "on",
    env: { ...settings, TICK_SCHEDULE: "* * * * * *" },
  });
  await until(() => host.saw("tick").length === 2);

  const [first] = host.saw("tick");
  assert.deepEqual(first?.["timer"], {
    schedule: { adjustForDST: true },
    scheduleStatus: null,
    isPastDue: false,
  });
});

test("with schedules off a timer does not run by itself", async (t) => {
  const { settings, start } = bench.place(t);

  const host = await start({ env: { ...settings, TICK_SCHEDULE: "* * * * * *" } });
  await until(() => new Date().getMilliseconds() > 900);
  await until(() => new Date().getMilliseconds() < 900);
  await fetch(`${host.url}/api/health`);

  assert.deepEqual(host.saw("tick"), []);
});

test("a new timer waits for its first occurrence, and the host remembers that", async (t) => {
  const place = bench.place(t);

  const host = await place.start({ schedules: "on" });
  await until(async () => (await status(place).exists()) === true);

  const { Last, Next } = JSON.parse((await status(place).downloadToBuffer()).toString());
  assert.equal(Last, "0001-01-01T00:00:00+00:00");
  assert.match(Next, /^\d{4}-01-01T00:00:00\.000\+00:00$/);
  assert.deepEqual(host.saw("tick"), []);
});

test("a tick missed while the host was down is made up for once, as past due", async (t) => {
  const place = bench.place(t);
  const text = JSON.stringify({
    Last: "2020-01-01T00:00:00.000+00:00",
    Next: "2021-01-01T00:00:00.000+00:00",
    LastUpdated: "2020-01-01T00:00:00.000+00:00",
  });
  await status(place).upload(text, text.length);

  const host = await place.start({ schedules: "on" });
  await until(async () => {
    const { Last } = JSON.parse((await status(place).downloadToBuffer()).toString());
    return Last > "2021";
  });

  const [sight, ...others] = host.saw("tick").map(({ timer }) => timer);
  assert.deepEqual(sight, {
    schedule: { adjustForDST: true },
    scheduleStatus: {
      last: "2020-01-01T00:00:00.000+00:00",
      next: "2021-01-01T00:00:00.000+00:00",
      lastUpdated: "2020-01-01T00:00:00.000+00:00",
    },
    isPastDue: true,
  });
  assert.deepEqual(others, []);
});

function status({ settings }: Place) {
  return BlobServiceClient.fromConnectionString(bench.azurite.connectionString)
    .getContainerClient("azure-webjobs-hosts")
    .getBlockBlobClient(
      `timers/${settings["AzureFunctionsWebHost__hostid"]}/Host.Functions.tick/status`,
    );
}
