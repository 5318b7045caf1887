import assert from "node:assert/strict";
import { test } from "node:test";
import { itemKey, sha256 } from "../../shared/domain/item-key.ts";
import { archive, textItem } from "../fakes/archive.ts";
import { ask, jsonOf } from "../fakes/operator.ts";
import { HOUR } from "../fakes/world.ts";

const csv = "15550100,ann@contoso.com\n15550101,bob@contoso.com\n";
const key = itemKey("wechat", "1");

async function entries(app: ReturnType<typeof archive>) {
  const found: string[] = [];
  for await (const { entry } of app.operationLog.entries()) found.push(entry?.action ?? "");
  return found;
}

test("a file larger than an answer comes in parts, which together are the file", async () => {
  const app = archive([textItem("1", { text: "x".repeat(20 * 1_048_576) })], { csv });
  await app.passDay();
  const raw = app.blobs.get(`raw/wechat/2026/01/05/${key}.json`) ?? Buffer.of();

  const parts: Buffer[] = [];
  for (let from = 0; from < raw.byteLength; ) {
    const headers = { range: `bytes=${from}-` };
    const answer = await ask(app, { path: `items/${key}/raw`, headers });
    assert.equal(answer.status, 206);
    assert.equal(answer.headers["content-range"]?.split("/")[1], String(raw.byteLength));
    parts.push(Buffer.from(answer.body));
    from += parts.at(-1)?.byteLength ?? 0;
  }

  assert.equal(sha256(Buffer.concat(parts)), sha256(raw));
  assert.deepEqual(await entries(app), ["items.raw"]);
});

test("an email that has served and was deleted is rendered anew, and says that it is", async () => {
  const app = archive([textItem("1")], { csv });
  await app.passDay();
  const before = await ask(app, { path: `items/${key}/email` });
  app.pass(40 * 24 * HOUR);
  await app.reconcile();

  const after = await ask(app, { path: `items/${key}/email` });

  assert.equal(before.headers["x-archive-sha256"], sha256(Buffer.from(before.body)));
  assert.equal(after.headers["x-archive-sha256"], undefined);
  assert.equal(after.status, 200);
  assert.match(String(after.body), /Subject: /);
});

test("what a stranger wrote is saved, never shown by a browser", async () => {
  const app = archive([textItem("1", { text: "<script>alert(1)</script>" })], { csv });
  await app.passDay();

  for (const what of ["raw", "email"]) {
    const { headers } = await ask(app, { path: `items/${key}/${what}` });
    assert.equal(headers["content-type"], "application/octet-stream");
    assert.match(headers["content-disposition"] ?? "", /^attachment; filename="i-[0-9a-f]+\.\w+"$/);
    assert.match(headers["content-security-policy"] ?? "", /default-src 'none'/);
  }
});

test("an export is written down once, with the person as a hash, and its token is of use to no other", async () => {
  const app = archive([textItem("1")], { csv });
  await app.passDay();
  const body = {
    from: "2026-01-05",
    until: "2026-01-05",
    person: { number: "15550100" },
    why: "case 12",
  };

  const { token } = jsonOf(await ask(app, { method: "POST", path: "exports", body }));
  await ask(app, { path: `items/${key}/email`, headers: { "x-archive-export": token } });
  await ask(app, { path: `items/${key}/email`, headers: { "x-archive-export": `${token}0` } });
  app.pass(13 * HOUR);
  await ask(app, { path: `items/${key}/email`, headers: { "x-archive-export": token } });

  assert.deepEqual(await entries(app), ["exports.start", "items.email", "items.email"]);
  const chain = [...app.blobs.entries()].filter(([name]) => name.startsWith("custody/_operations"));
  assert.ok(chain.every(([, bytes]) => !bytes.toString().includes("15550100")));
});
