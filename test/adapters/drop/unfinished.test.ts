import assert from "node:assert/strict";
import { test } from "node:test";
import { nextWindow } from "../../../shared/domain/window.ts";
import { deliveryZip, eml, zipBytes } from "../zip/zip-bytes.ts";
import { allItems, dropWorld, useAzurite } from "./world.ts";

useAzurite();

const MINUTE = 60_000;
const zip = deliveryZip([{ name: "a.eml", content: eml("a") }]);

/** A world in which the files came so many minutes ago, and the window that ends now. */
async function minutesLater(minutes: number, files: Record<string, string | Buffer>) {
  const world = await dropWorld();
  for (const [name, content] of Object.entries(files)) await world.put(name, content);
  world.clock.now = new Date(Date.now() + minutes * MINUTE);
  const tick = world.clock.now;
  return { ...world, window: { from: new Date(tick.getTime() - 24 * 60 * MINUTE), until: tick } };
}

test("a file that changed a minute ago may still be written, and is left alone", async () => {
  const files = { "wechat/a.eml": eml("a"), "wechat/b.zip": zip };
  const { source, window, setAside } = await minutesLater(1, files);

  assert.deepEqual(await allItems(source, window), []);
  assert.deepEqual(await setAside(), []);
});

test("a ZIP without its end, or without its manifest, is left alone for half an hour", async () => {
  const files = {
    "wechat/half.zip": zip.subarray(0, zip.length / 2),
    "wechat/alone.zip": zipBytes([{ name: "a.eml", content: eml("a") }]),
    "wechat/early.mf": "Count: 1\na.eml",
    "wechat/upload.zip.part": "PK",
    "wechat/started.eml": "",
  };
  const { source, window, setAside, lines } = await minutesLater(20, files);

  assert.deepEqual(await allItems(source, window), []);
  assert.deepEqual(await setAside(), []);
  assert.deepEqual(
    lines.filter(({ level }) => level === "error"),
    [],
  );
});

test("what one window left alone, the next one sees finished: nothing is passed over", async () => {
  const files = { "wechat/half.zip": zip.subarray(0, zip.length / 2), "wechat/b.eml": eml("b") };
  const { source, window, put, clock } = await minutesLater(1, files);
  await allItems(source, window);

  await put("wechat/half.zip", zip);
  clock.now = new Date(window.until.getTime() + 24 * 60 * MINUTE);
  const next = nextWindow({ checkpoint: window.until, tick: clock.now, collectAfter: "00:00" });
  assert.ok(next);

  assert.deepEqual(
    (await allItems(source, next)).map(({ id }) => id),
    ["b", "a"],
  );
});

test("a ZIP replaced while it is being taken is begun again", async () => {
  const many = (text: string) =>
    deliveryZip(
      Array.from({ length: 150 }, (_, n) => ({ name: `${n}.eml`, content: eml(`${text}${n}`) })),
    );
  const { source, window, put } = await minutesLater(60, { "wechat/x.zip": many("old") });
  const first = await source().list(window, undefined);
  assert.equal(first.items[0]?.id, "old0");

  await put("wechat/x.zip", many("new"));
  const second = await source().list(window, first.next);

  assert.equal(second.items[0]?.id, "new0");
});

test("a ZIP removed while it is being taken is passed by", async () => {
  const many = Array.from({ length: 150 }, (_, n) => ({ name: `${n}.eml`, content: eml(`${n}`) }));
  const files = { "wechat/x.zip": deliveryZip(many), "wechat/y.eml": eml("y") };
  const { source, window, container } = await minutesLater(60, files);
  const first = await source().list(window, undefined);

  await container.getBlobClient("wechat/x.zip").delete();
  const second = await source().list(window, first.next);

  assert.deepEqual(
    second.items.map(({ id }) => id),
    ["y"],
  );
});

test("checking a ZIP stops when its time is up, and goes on from there", async () => {
  const many = Array.from({ length: 40 }, (_, n) => ({ name: `${n}.eml`, content: eml(`${n}`) }));
  const { source, window, clock } = await minutesLater(60, { "wechat/x.zip": deliveryZip(many) });
  /** A clock by which everything takes long. */
  const slowly = (): Date => {
    clock.now = new Date(clock.now.getTime() + 15_000);
    return clock.now;
  };

  let pages = 0;
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await source({ now: slowly }).list(window, cursor);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next;
    pages += 1;
  } while (cursor !== undefined);

  assert.ok(pages > 10, `${pages} pages`);
  assert.deepEqual(
    ids,
    many.map((_, n) => `${n}`),
  );
});
