import assert from "node:assert/strict";
import { test } from "node:test";
import { deliveryZip, eml, type FileInZip, zipBytes } from "../zip/zip-bytes.ts";
import { allItems, day, dropWorld, useAzurite } from "./world.ts";

useAzurite();

const a = { name: "a.eml", content: eml("a") };
const b = { name: "b.eml", content: eml("b") };
const manifest = (content: string): FileInZip => ({ name: "delivery.mf", content });

const faulty: Record<string, Buffer> = {
  "manifest-count-differs": zipBytes([a, manifest("Count: 2\na.eml")]),
  "manifest-without-count": zipBytes([a, manifest("a.eml")]),
  "file-missing": zipBytes([a, manifest("Count: 1\na.eml\nb.eml")]),
  "file-not-in-manifest": zipBytes([a, b, manifest("Count: 2\na.eml")]),
  "manifest-missing": zipBytes([a]),
  "empty-file": deliveryZip([a, { name: "b.eml", content: "" }]),
  "unsafe-name": deliveryZip([a, { name: "../../etc/b.eml", content: "x" }]),
  "duplicate-name": deliveryZip([a, a]),
  encrypted: deliveryZip([a, { ...b, flags: 0x801 }]),
  "nested-zip": deliveryZip([a, { name: "b.zip", content: zipBytes([b]) }]),
  "unknown-kind": deliveryZip([a, { name: "b.exe", content: "MZ" }]),
  "unknown-compression": deliveryZip([a, { ...b, method: 14 }]),
  "damaged-file": deliveryZip([a, { ...b, claims: { crc32: 7 } }]),
  "damaged-directory": zipBytes([a, b, manifest("Count: 2\na.eml\nb.eml")], { count: 1 }),
  "not-a-zip": Buffer.from("not a ZIP at all"),
};
for (const [code, zip] of Object.entries(faulty)) {
  test(`a ZIP with the fault ${code} is set aside whole, with a report and an alarm`, async () => {
    const { source, put, setAside, lines } = await dropWorld();
    await put("wechat/1-good.zip", deliveryZip([{ name: "good.eml", content: eml("good") }]));
    await put("wechat/2-faulty.zip", zip);
    await put("wechat/3-after.eml", eml("after"));

    const items = await allItems(source);

    assert.deepEqual(
      items.map(({ id }) => id),
      ["good", "after"],
    );
    const [report, ...others] = await setAside();
    assert.deepEqual(others, []);
    assert.equal(report?.blob, "wechat/2-faulty.zip");
    assert.ok(
      report?.faults.some((fault) => fault.code === code),
      JSON.stringify(report),
    );
    const alarms = lines.filter(({ level }) => level === "error");
    assert.deepEqual(
      alarms.map(({ message }) => message),
      ["drop file set aside"],
    );
  });
}

test("a ZIP of which the last file is damaged gives out none of its files", async () => {
  const { source, put, setAside } = await dropWorld();
  const many = Array.from({ length: 300 }, (_, n) => ({ name: `${n}.eml`, content: eml(`${n}`) }));
  await put("wechat/x.zip", deliveryZip([...many, { ...b, claims: { crc32: 7 } }]));

  assert.deepEqual(await allItems(source), []);
  assert.deepEqual((await setAside())[0]?.faults, [{ code: "damaged-file", file: "b.eml" }]);
});

test("damage far behind the head of a file is found before anything is handed out", async () => {
  const { source, put, setAside } = await dropWorld();
  const long = {
    name: "long.eml",
    content: eml("long", "x".repeat(500_000)),
    claims: { crc32: 7 },
  };
  await put("wechat/x.zip", deliveryZip([a, long]));

  assert.deepEqual(await allItems(source), []);
  assert.deepEqual((await setAside())[0]?.faults, [{ code: "damaged-file", file: "long.eml" }]);
});

test("a ZIP that is set aside is not looked into again until it is replaced", async () => {
  const { source, put, deps } = await dropWorld();
  await put("wechat/x.zip", zipBytes([a, manifest("Count: 2\na.eml")]));
  await allItems(source);

  const lookedInto = { ...deps.reports, setAside: async () => assert.fail("looked into again") };

  assert.deepEqual(await allItems(() => source({ reports: lookedInto })), []);
});

test("a ZIP that is set aside raises its alarm once, until it is replaced", async () => {
  const { source, put, setAside, lines } = await dropWorld();
  await put("wechat/x.zip", zipBytes([a, manifest("Count: 2\na.eml")]));
  await allItems(source);
  await allItems(source);
  assert.equal(lines.filter(({ level }) => level === "error").length, 1);

  await put("wechat/x.zip", deliveryZip([a, b]));

  assert.deepEqual(
    (await allItems(source)).map(({ id }) => id),
    ["a", "b"],
  );
  assert.equal((await setAside()).length, 1);
});

test("a ZIP set aside for want of its manifest is taken once the manifest comes", async () => {
  const { source, put, setAside } = await dropWorld();
  await put("wechat/x.zip", zipBytes([a]));
  assert.deepEqual(await allItems(source), []);
  assert.equal((await setAside()).length, 1);

  await put("wechat/x.mf", "Count: 1\na.eml");

  assert.deepEqual(
    (await allItems(source)).map(({ id }) => id),
    ["a"],
  );
});

test("a manifest that comes in a later window than its ZIP brings the ZIP with it", async () => {
  const { source, put, container } = await dropWorld();
  await put("wechat/x.zip", zipBytes([a]));
  const changedAt = async (name: string) =>
    (await container.getBlobClient(name).getProperties()).lastModified ?? new Date(0);
  // The storage tells whole seconds.
  do await put("wechat/x.mf", "Count: 1\na.eml");
  while ((await changedAt("wechat/x.mf")) <= (await changedAt("wechat/x.zip")));

  const later = { from: await changedAt("wechat/x.mf"), until: day().until };

  assert.deepEqual(
    (await allItems(source, later)).map(({ id }) => id),
    ["a"],
  );
});

test("a manifest without its ZIP, an unknown file and an empty one are told of", async () => {
  const { source, put, setAside } = await dropWorld();
  await put("wechat/x.mf", "Count: 1\na.eml");
  await put("wechat/notes.txt", "Hello");
  await put("wechat/y.eml", "");

  assert.deepEqual(await allItems(source), []);
  const reports = (await setAside()).map(({ blob, faults }) => [blob, faults[0]?.code]);
  assert.deepEqual(reports.sort(), [
    ["wechat/notes.txt", "unknown-kind"],
    ["wechat/x.mf", "zip-missing"],
    ["wechat/y.eml", "empty-file"],
  ]);
});

test("manifest lines that nobody understands are told of, and the ZIP is taken", async () => {
  const { source, put, reports, lines } = await dropWorld();
  const text = "TeleMessage export\nCount: 1\na.eml\nTotal: 12 KB";
  await put("wechat/x.zip", zipBytes([a, manifest(text)]));

  assert.equal((await allItems(source)).length, 1);

  const names: string[] = [];
  for await (const { name } of reports.listBlobsFlat()) names.push(name);
  assert.match(names.join(), /^manifests\/wechat\/[0-9a-f]{32}\.json$/);
  const report = await reports.getBlobClient(names[0] ?? "").downloadToBuffer();
  assert.deepEqual(JSON.parse(report.toString()).unknownLines, [1, 4]);
  assert.deepEqual(
    lines.map(({ level, message }) => [level, message]),
    [["warn", "manifest lines not understood"]],
  );
});

test("what is logged of a file names the report, never a file or what is in it", async () => {
  const { source, put, lines } = await dropWorld();
  await put("wechat/ann-15550100.zip", zipBytes([{ name: "15550100.eml", content: eml("x") }]));
  await put("wechat/15550100.txt", "Hello");

  await allItems(source, day());

  assert.equal(lines.length, 2);
  assert.doesNotMatch(JSON.stringify(lines), /15550100|ann|Hello/);
});
