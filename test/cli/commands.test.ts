import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { internetMessageId, itemKey, sha256 } from "../../shared/domain/item-key.ts";
import { ann, archive, bob, textItem } from "../fakes/archive.ts";
import { HOUR, nine } from "../fakes/world.ts";
import { archiver, serve } from "./running.ts";

const csv = "15550100,ann@contoso.com\n15550101,bob@contoso.com\n";
const strangers = { from: "15559998", to: ["15559999"] };
const why = ["--why", "a test"];
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "archiver-cli-"));
});
after(() => rm(folder, { recursive: true }));

/** An archive of one day, behind its routes, and a command line for it. */
async function running(items = [textItem("1"), textItem("2", strangers)], mapping = csv) {
  const app = archive(items, { csv: mapping });
  await app.passDay();
  const server = await serve(app);
  const meanwhile = async () => {
    await app.settle();
    await app.carryOrders();
  };
  return {
    app,
    run: (...args: string[]) => archiver(args, { url: server.url, meanwhile }),
    json: async (...args: string[]) => {
      const { out, err } = await archiver([...args, "--json"], { url: server.url, meanwhile });
      assert.equal(err.includes("Error"), false);
      return JSON.parse(out);
    },
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

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

test("an item is followed from what the source calls it to its mailbox item", async () => {
  await using archive = await running();

  const { code, out } = await archive.run("item", "1", "--connector", "wechat");

  const key = itemKey("wechat", "1");
  const [delivery] = await archive.app.ledger.deliveries(key);
  assert.equal(code, 0);
  for (const known of [
    key,
    `raw/wechat/2026/01/05/${key}.json`,
    "custody/wechat/2026/01/05/",
    ann,
    bob,
    "imported",
    delivery && internetMessageId(delivery),
  ]) {
    assert.ok(out.includes(String(known)), String(known));
  }
});

test("an unmapped item: listed, explained, mapped, redriven, imported", async () => {
  await using archive = await running([textItem("1")], "");
  const mapping = join(folder, "mapping.csv");
  await writeFile(mapping, csv);

  const listed = await archive.run("poison", "list", "--code", "unmapped");
  const before = await archive.run("mapping", "explain", "15550100", "--connector", "wechat");
  const uploaded = await archive.run("mapping", "upload", "wechat", mapping, ...why);
  const after = await archive.run("mapping", "explain", "15550100", "--connector", "wechat");
  const redriven = await archive.run("poison", "redrive", "--code", "unmapped", ...why);
  await archive.app.settle();

  assert.match(listed.out, /unmapped\s+no-participant-mapped[\s\S]*\n1 set aside/);
  assert.deepEqual([before.code, after.code], [1, 0]);
  assert.match(uploaded.out, /2 rows are right, 0 would map nobody/);
  assert.match(after.out, new RegExp(`Mapped to ${ann} by the custom rule, row 1`));
  assert.match(redriven.out, /redriven\s+1/);
  assert.equal(archive.app.mailboxes.keys(ann).length, 1);
  assert.equal((await archive.run("status")).code, 0);
});

test("a mapping file is checked row by row before anybody relies on it", async () => {
  await using archive = await running();
  const wrong = join(folder, "wrong.csv");
  await writeFile(wrong, "15550100,ann@contoso.com\n4.452E+11,bob@contoso.com\n,x@contoso.com\n");

  const checked = await archive.run("mapping", "check", wrong);

  assert.equal(checked.code, 1);
  assert.match(checked.out, /1 rows are right, 2 would map nobody/);
  assert.match(checked.out, /2\s+the number was rounded by a spreadsheet/);
  assert.match((await archive.run("mapping", "template")).out, /External User ID,Microsoft 365/);
});

test("a dry run shows what a new mapping would change, and puts nothing in force", async () => {
  await using archive = await running([textItem("1"), textItem("2")]);
  const swapped = join(folder, "swapped.csv");
  await writeFile(swapped, "15550100,bob@contoso.com\n15550101,bob@contoso.com\n");

  const told = await archive.json("mapping", "upload", "wechat", swapped, "--dry-run", ...why);

  assert.deepEqual(told.changes, [{ sourceUser: "15550100", before: ann, after: bob, items: 2 }]);
  assert.equal(String(archive.app.blobs.get("config/mappings/wechat.csv")), csv);
});

test("a number that was mapped to the wrong person: what went where, and the right one gets it", async () => {
  await using archive = await running([textItem("1")], "15550100,bob@contoso.com\n");
  const span = ["--connector", "wechat", "--from", "2026-01-05", "--to", "2026-01-05"];

  const told = await archive.json(
    "mapping",
    "misdelivered",
    "15550100",
    ...span,
    "--address",
    "bob@contoso.com",
  );
  archive.app.put("mappings/wechat.csv", csv);
  await archive.run("poison", "redrive", "--again", told.deliveries[0].itemKey, ...why);
  await archive.app.settle();

  assert.equal(told.deliveries.length, 1);
  assert.equal(told.deliveries[0].mailbox, bob);
  assert.match(told.deliveries[0].internetMessageId, /@archive\.invalid>$/);
  assert.equal(archive.app.mailboxes.keys(ann).length, 1);
  assert.equal(archive.app.mailboxes.keys(bob).length, 1);
  assert.ok(!JSON.stringify(await archive.json("orders")).includes("15550100"));
});

test("who is unmapped: each person once, with how often and whether the mapping knows them by now", async () => {
  await using archive = await running([textItem("1", strangers), textItem("2", strangers)]);

  const rows = await archive.json("reports", "unmapped");

  assert.deepEqual(
    rows.map((it: Record<string, unknown>) => [it["sourceUser"], it["items"], it["now"]]),
    [
      ["15559998", 2, "no-rule-matched"],
      ["15559999", 2, "no-rule-matched"],
    ],
  );
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

test("June for the auditor: EML, chain of custody and an index, each file held against its hash", async () => {
  await using archive = await running();
  const to = join(folder, "june");
  const span = ["--from", "2026-01-05", "--to", "2026-01-05"];

  const { code, out } = await archive.run("export", ...span, "--out", to, "--raw", ...why);

  const key = itemKey("wechat", "1");
  const names = await readdir(to);
  const index = await readFile(join(to, "index.csv"), "utf8");
  const email = await readFile(join(to, `${key}.eml`));
  assert.equal(code, 0);
  assert.match(out, /2 items/);
  assert.equal(names.length, 2 * 3 + 1);
  assert.ok(index.includes(sha256(email)));
  assert.equal((await archive.app.ledger.item(key))?.emailSha256, sha256(email));
  const history = JSON.parse(await readFile(join(to, `${key}.custody.json`), "utf8"));
  assert.equal(history.deliveries.length, 2);
});

test("an export of one person has what they took part in, mapped or not, and nothing else", async () => {
  await using archive = await running();
  const to = join(folder, "stranger");
  const span = ["--from", "2026-01-05", "--to", "2026-01-05", "--person", "15559999"];

  await archive.run("export", ...span, "--out", to, ...why);
  const nobody = await archive.run(
    "export",
    "--from",
    "2026-01-05",
    "--to",
    "2026-01-05",
    "--person",
    "nobody@contoso.com",
    "--out",
    to,
    ...why,
  );

  const names = (await readdir(to)).filter((name) => name.endsWith(".eml"));
  assert.deepEqual(names, [`${itemKey("wechat", "2")}.eml`]);
  assert.equal(nobody.code, 1);
});

test("an export that meets a byte that was changed ends with the item's name", async () => {
  await using archive = await running([textItem("1")]);
  const key = itemKey("wechat", "1");
  archive.app.blobs.set(`raw/wechat/2026/01/05/${key}.json`, Buffer.from("{}"));

  const { code, err } = await archive.run(
    "export",
    "--from",
    "2026-01-05",
    "--to",
    "2026-01-05",
    "--out",
    join(folder, "changed"),
    "--raw",
    ...why,
  );

  assert.equal(code, 1);
  assert.match(err, new RegExp(`${key}: the raw does not have the SHA-256 on record`));
});

test("what is set aside is exported raw, discarded with a reason, and stays as evidence", async () => {
  await using archive = await running();
  const to = join(folder, "poison");
  const key = itemKey("wechat", "2");

  const exported = await archive.run("poison", "export", "--out", to, ...why);
  const reasonless = await archive.run("poison", "discard", key);
  const everything = await archive.run("poison", "discard", ...why);
  const discarded = await archive.run("poison", "discard", key, ...why);

  assert.equal(exported.code, 0);
  assert.ok((await readdir(to)).includes(`${key}.raw.json`));
  assert.deepEqual([reasonless.code, everything.code, discarded.code], [2, 5, 0]);
  assert.match((await archive.run("poison", "list")).out, /^none/);
  assert.ok(archive.app.blobs.has(`raw/wechat/2026/01/05/${key}.json`));
  const [entry] = (await archive.json("operations")).operations.filter(
    (it: { action: string }) => it.action === "discard",
  );
  assert.equal(entry.why, "a test");
});

test("verify says clean, and after one changed byte where", async () => {
  await using archive = await running();
  const clean = await archive.run("verify");
  const [raw = ""] = [...archive.app.blobs.keys()].filter((name) => name.startsWith("raw/"));
  archive.app.blobs.set(raw, Buffer.from("changed"));

  const changed = await archive.run("verify");

  assert.equal(clean.code, 0);
  assert.match(clean.out, /^Clean: 1 runs and 2 items/);
  assert.equal(changed.code, 1);
  assert.ok(changed.out.includes(raw));
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
