import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { moved } from "../../../local/stack/configuration.ts";
import { openState } from "../../../local/stack/state.ts";

/** No process has it: Linux gives ids up to 2²² at most. */
const NOBODY = 2 ** 22 + 1;

test("the day that was kept is the day that is read", async (t) => {
  const { directory, open } = await folder(t);
  const day = { now: new Date("2026-03-02T08:00:00Z"), seed: 1, scale: 2, gateways: [] };

  const before = await open();
  assert.equal(await before.day(), undefined);
  await before.keepDay(day);
  await before.release();
  const after = await open();

  assert.deepEqual(await after.day(), day);
  assert.equal(after.wasKilled, false);
  assert.match(await readFile(join(directory, "day.json"), "utf8"), /2026-03-02/);
});

test("a folder that another process holds is refused, and one that a dead one held is taken over", async (t) => {
  const { directory, open } = await folder(t);
  await writeFile(join(directory, "lock"), String(process.ppid));

  await assert.rejects(open(), /is in use by process \d+\. Stop that one, or choose another/);

  await writeFile(join(directory, "lock"), String(NOBODY));
  assert.equal((await open()).wasKilled, true);
  await assert.rejects(open(), /is in use/, "this very process holds it now");
});

test("a damaged day is named with the remedy", async (t) => {
  const { directory, open } = await folder(t);
  await writeFile(join(directory, "day.json"), '{"now":');

  const state = await open();

  await assert.rejects(state.day(), /day\.json is damaged\. Remove .* to begin anew/);
});

test("connectors follow a stand-in gateway to its new address, and no other address", () => {
  const connector = (baseUrl: string) => Buffer.from(JSON.stringify({ source: { baseUrl } }));
  const files = new Map([
    ["connectors/wechat.json", connector("http://127.0.0.1:4000")],
    ["connectors/other.json", connector("http://127.0.0.1:40001/")],
    ["connectors/slash.json", connector("http://127.0.0.1:4000/")],
    ["mappings/wechat.csv", Buffer.from("http://127.0.0.1:4000")],
  ]);

  const after = moved(files, ["http://127.0.0.1:4000"], "http://127.0.0.1:5000");

  assert.deepEqual(
    [...after.values()].map((bytes) => bytes.toString()),
    [
      '{"source":{"baseUrl":"http://127.0.0.1:5000"}}',
      '{"source":{"baseUrl":"http://127.0.0.1:40001/"}}',
      '{"source":{"baseUrl":"http://127.0.0.1:5000/"}}',
      "http://127.0.0.1:4000",
    ],
  );
});

async function folder(t: { after: (work: () => Promise<void>) => void }) {
  const directory = await mkdtemp(join(tmpdir(), "state-test-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return { directory, open: () => openState(directory) };
}
