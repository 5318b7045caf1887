import assert from "node:assert/strict";
import { test } from "node:test";
import { ann, textItem } from "../fakes/archive.ts";
import { HOUR, nine } from "../fakes/world.ts";
import { csv, running, why } from "./running-archive.ts";

test("status answers the question in its first line, and by its exit code", async () => {
  await using there = await running([textItem("1")]);
  await using notThere = await running();

  const yes = await there.run("status");
  const no = await notThere.run("status");

  assert.equal(yes.code, 0);
  assert.match(yes.out, /^Everything is there\.\n/);
  assert.equal(no.code, 1);
  assert.match(no.out, /^Not everything is there:\n {2}wechat: 1 set aside \(1 unmapped\)\n/);
  assert.ok(no.out.split("\n").length < 25, "one screen");
});

test("a back-fill collects its span, a run a day, and leaves the daily checkpoint where it is", async () => {
  const old = textItem("old", { at: new Date(nine.getTime() - 60 * 24 * HOUR) });
  await using archive = await running([textItem("1"), old]);
  const before = await archive.app.checkpoints.get("wechat");
  const span = ["--connector", "wechat", "--from", "2025-11-05", "--to", "2025-11-07"];

  const { code, out } = await archive.run("backfill", ...span, ...why);
  await archive.app.settle();

  assert.equal(code, 0);
  assert.match(out, /is collected/);
  assert.equal(archive.app.mailboxes.keys(ann).length, 2);
  assert.deepEqual(await archive.app.checkpoints.get("wechat"), before);
  const runs = (await archive.app.allRuns()).filter(({ kind }) => kind === "backfill");
  assert.deepEqual(
    runs.map(({ state, fromSource }) => [state, fromSource]),
    [
      ["closed", 0],
      ["closed", 1],
      ["closed", 0],
    ].slice(0, runs.length),
  );
  assert.equal(runs.length, 3);
});

test("collecting now does not wait for the time of day, and finds nothing twice", async () => {
  await using archive = await running([textItem("1")]);
  archive.app.held.push(textItem("2", { at: archive.app.now() }));
  archive.app.pass(HOUR);

  const { code, out } = await archive.run("run", "wechat");
  await archive.app.settle();

  assert.equal(code, 0);
  assert.match(out, /1 windows collected/);
  assert.equal(archive.app.mailboxes.keys(ann).length, 2);
});

test("long work goes on in the app while the command line waits and tells how far it is", async () => {
  const items = Array.from({ length: 20 }, (_, n) => textItem(String(n)));
  await using archive = await running(items, "");
  archive.app.put("mappings/wechat.csv", csv);
  const slow = { ...archive.app.orders };
  let leases = 0;
  archive.app.orders.lease = async (id) => {
    leases += 1;
    return leases === 1 ? undefined : slow.lease(id);
  };

  const { code, err, out } = await archive.run("poison", "redrive", "--code", "unmapped", ...why);

  assert.equal(code, 0);
  assert.match(err, /goes on in the app/);
  assert.match(out, /redriven\s+20/);
});

test("run reports come in Purview's words, and who failed only to those who may see it", async () => {
  await using archive = await running();
  const [run] = await archive.app.allRuns();

  const listed = await archive.run("reports");
  const csvReport = await archive.run("reports", "show", "wechat", run?.runId ?? "", "--csv");
  const failed = await archive.run("reports", "failed", "wechat", run?.runId ?? "");

  assert.match(
    listed.out,
    new RegExp(`${run?.runId}\\s+daily\\s+closed\\s+2\\s+3\\s+2\\s+0\\s+0\\s+1\\s+0`),
  );
  assert.match(csvReport.out, /Items imported successfully/);
  assert.match(failed.out, /15559998/);
});

test("doctor goes through everything and says what to do; a wrong thing is an exit code", async () => {
  await using archive = await running();
  const well = await archive.run("doctor");
  archive.app.diagnostics.probeMailbox = async () => "ErrorAccessDenied";

  const ill = await archive.run("doctor");

  assert.equal(well.code, 0);
  assert.match(well.out, /ok\s+source of wechat: the app can sign in/);
  assert.equal(ill.code, 1);
  assert.match(
    ill.out,
    /wrong {2}mailboxes of wechat: 2 tried, 2 not usable\n\s+Put them into the group/,
  );
});

test("the tables are rebuilt on demand, and the command says what to do next", async () => {
  await using archive = await running();
  archive.app.loseTables();

  const { code, out, err } = await archive.run("ledger", "rebuild", ...why);

  assert.equal(code, 0);
  assert.match(out, /items\s+2/);
  assert.match(err, /archiver verify/);
  assert.equal((await archive.run("verify")).code, 0);
});

test("a connector is disabled and enabled again, with a reason that stays", async () => {
  await using archive = await running();

  const disabled = await archive.run("connectors", "disable", "wechat", ...why);
  const listed = await archive.run("connectors", "list");
  const enabled = await archive.run("connectors", "enable", "wechat", ...why);
  const none = await archive.run("connectors", "enable", "signal", ...why);

  assert.deepEqual([disabled.code, enabled.code, none.code], [0, 0, 5]);
  assert.match(listed.out, /wechat\s+WeChat\s+telemessage\s+disabled/);
  assert.match(none.err, /There is no connector signal/);
});
