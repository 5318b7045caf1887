import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../../../shared/domain/item-key.ts";
import { deliveryZip, eml, zipBytes } from "../zip/zip-bytes.ts";
import { allItems, bytesOf, day, dropWorld, useAzurite } from "./world.ts";

useAzurite();

test("single emails and JSON items are taken, by their archive id or by their hash", async () => {
  const { source, put } = await dropWorld();
  const json = '{"typ":"RawMessage"}';
  await put("wechat/a.eml", eml("1769766605120_15550100_0"));
  await put("wechat/b.json", json);
  await put("wechat/deep/down/c.EML", "From: ann@contoso.com\r\n\r\nNo id.");

  const items = await allItems(source);

  assert.deepEqual(
    items.map(({ id, mediaType, size }) => ({ id, mediaType, size })),
    [
      {
        id: "1769766605120_15550100_0",
        mediaType: "message/rfc822",
        size: eml("1769766605120_15550100_0").length,
      },
      { id: sha256(json), mediaType: "application/json", size: json.length },
      { id: sha256("From: ann@contoso.com\r\n\r\nNo id."), mediaType: "message/rfc822", size: 31 },
    ],
  );
  assert.equal(await bytesOf(source(), items[1] as (typeof items)[0]), json);
});

test("every file of a ZIP is an item, with the bytes that were packed", async () => {
  const { source, put } = await dropWorld();
  const names = Array.from({ length: 250 }, (_, n) => `m${n}`);
  await put(
    "wechat/202601300000-TeleMessage_1_1769840000.zip",
    deliveryZip(names.map((id) => ({ name: `${id}.eml`, content: eml(id) }))),
  );

  const items = await allItems(source);
  const bytes = await Promise.all(items.map((item) => bytesOf(source(), item)));

  assert.deepEqual(
    items.map(({ id }) => id),
    names,
  );
  assert.deepEqual(
    bytes,
    names.map((id) => eml(id)),
  );
});

test("an item was received when its file came", async () => {
  const { source, put, container } = await dropWorld();
  await put("wechat/a.eml", eml("a"));

  const [item] = await allItems(source);

  const { createdOn } = await container.getBlobClient("wechat/a.eml").getProperties();
  assert.deepEqual(item?.receivedAt, createdOn);
});

test("a manifest may lie beside the ZIP, under either name", async () => {
  const { source, put } = await dropWorld();
  const zip = zipBytes([{ name: "a.eml", content: eml("a") }]);
  await put("wechat/one.zip", zip);
  await put("wechat/one.mf", "Count: 1\na.eml\n");
  await put("wechat/two.ZIP", zipBytes([{ name: "b.eml", content: eml("b") }]));
  await put("wechat/two.zip.mf", "Count: 1\nb.eml\n");

  assert.deepEqual((await allItems(source)).map(({ id }) => id).sort(), ["a", "b"]);
});

test("only the connector's prefix, and only the window, is listed", async () => {
  const { source, put } = await dropWorld();
  await put("wechat/a.eml", eml("a"));
  await put("wechat-other/b.eml", eml("b"));
  await put("c.eml", eml("c"));

  assert.deepEqual(
    (await allItems(source)).map(({ id }) => id),
    ["a"],
  );
  const yesterday = day(new Date(Date.now() - 24 * 3_600_000));
  assert.deepEqual(await allItems(source, yesterday), []);
});

test("more files than a page holds are listed page by page, each once", async () => {
  const { source, put } = await dropWorld();
  const ids = Array.from({ length: 230 }, (_, n) => `m${String(n).padStart(3, "0")}`);
  await Promise.all(ids.map((id) => put(`wechat/${id}.eml`, eml(id))));

  const first = await source().list(day(), undefined);
  const all = await allItems(source);

  assert.equal(first.items.length, 100);
  assert.ok((first.next?.length ?? 0) < 4_096, "the cursor is stored in a table");
  assert.deepEqual(
    all.map(({ id }) => id),
    ids,
  );
});

test("a file removed while it was listed is passed by; its neighbours are not", async () => {
  const { source, put, container } = await dropWorld();
  for (let n = 0; n < 101; n += 1) await put(`wechat/m${100 + n}.eml`, eml(`m${100 + n}`));
  const first = await source().list(day(), undefined);

  await container.getBlobClient("wechat/m199.eml").delete();
  const rest = await source().list(day(), first.next);

  assert.equal(rest.items.at(-1)?.id, "m200");
});

test("bytes of a file that was replaced since it was listed are not taken for the old ones", async () => {
  const { source, put } = await dropWorld();
  await put("wechat/a.eml", eml("a"));
  await put("wechat/b.zip", deliveryZip([{ name: "b.eml", content: eml("b") }]));
  const items = await allItems(source);

  await put("wechat/a.eml", eml("a", "Something else."));
  await put("wechat/b.zip", deliveryZip([{ name: "b.eml", content: eml("b", "Else.") }]));

  for (const item of items) {
    const error = { name: "SourceError", code: "item-unavailable", detail: "changed" };
    await assert.rejects(bytesOf(source(), item), error);
  }
});

test("an item that was kept without its place cannot be read, and says so", async () => {
  const { source, put } = await dropWorld();
  await put("wechat/a.eml", eml("a"));
  const [item] = await allItems(source);
  assert.ok(item);
  const { locator: _, ...without } = item;

  await assert.rejects(bytesOf(source(), without), {
    code: "item-unavailable",
    detail: "locator-missing",
  });
});

test("a stored cursor of another kind of source begins the window again", async () => {
  const { source, put } = await dropWorld();
  await put("wechat/a.eml", eml("a"));

  assert.equal((await source().list(day(), "eyJuZXh0IjoiYSJ9")).items.length, 1);
  assert.equal((await source().list(day(), "?")).items.length, 1);
});

test("the connection test says whether the container is there", async () => {
  const { source, container } = await dropWorld();

  await source().test();
  await container.delete();

  await assert.rejects(source().test(), { code: "stopped", detail: "container-missing" });
});
