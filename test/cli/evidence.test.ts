import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { internetMessageId, itemKey, sha256 } from "../../shared/domain/item-key.ts";
import { ann, bob, textItem } from "../fakes/archive.ts";
import { running, why } from "./running-archive.ts";

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "archiver-cli-"));
});
after(() => rm(folder, { recursive: true }));

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
