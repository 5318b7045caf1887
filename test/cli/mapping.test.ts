import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ann, bob, textItem } from "../fakes/archive.ts";
import { csv, running, strangers, why } from "./running-archive.ts";

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "archiver-cli-"));
});
after(() => rm(folder, { recursive: true }));

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
