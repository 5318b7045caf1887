import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import PostalMime from "postal-mime";
import { gatewayControl } from "../../../local/gateway/control.ts";
import { type Item, readBody } from "../../../local/gateway/item.ts";
import { readItemDirectory, writeItemDirectory } from "../../../local/gateway/item-directory.ts";
import { authorization, gatewayOf, item } from "./client.ts";

const megabyte = { kind: "synthetic", seed: 7, size: 1_000_003 } as const;

test("a synthetic email has exactly its size, the same bytes every time, and can be read as mail", async () => {
  const large: Item = { ...item("1769766605120_15550101_0"), body: megabyte };

  const [first, second] = await Promise.all([bytesOf(large), bytesOf(large)]);
  const email = await PostalMime.parse(first);

  assert.equal(first.byteLength, megabyte.size);
  assert.equal(sha256(first), sha256(second));
  assert.equal(email.from?.address, "ann@contoso.com");
  const [file] = email.attachments;
  assert.ok(file?.content instanceof ArrayBuffer && file.content.byteLength > 700_000);
});

test("a synthetic JSON item has exactly its size, and is JSON", async () => {
  const large: Item = { ...item("1"), mediaType: "application/json", body: megabyte };

  const bytes = await bytesOf(large);
  const { body } = JSON.parse(bytes.toString());

  assert.equal(bytes.byteLength, megabyte.size);
  assert.ok(Buffer.from(body.attachment[0].content, "base64").byteLength > 700_000);
});

test("another seed or id makes other bytes, another received time does not", async () => {
  const large: Item = { ...item("a"), body: megabyte };

  const hash = sha256(await bytesOf(large));

  assert.notEqual(sha256(await bytesOf({ ...large, body: { ...megabyte, seed: 8 } })), hash);
  assert.notEqual(sha256(await bytesOf({ ...large, id: "b" })), hash);
  assert.equal(sha256(await bytesOf({ ...large, receivedAt: new Date(0) })), hash);
});

test("a synthetic item that is too small to be made is refused with the least size", async (t) => {
  const { control } = await gatewayOf(t);

  const tiny = { ...item("a"), body: { seed: 1, size: 10 } };

  await assert.rejects(control.putItems([tiny]), /at least \d+ bytes/);
});

test("an id keeps its bytes, unless the test says that the contract is to be broken", async (t) => {
  const { control, read } = await gatewayOf(t, { items: [item("a", "10:00:00.000", "old")] });
  const changed = { ...item("a"), body: Buffer.from("new") };

  await control.putItems([{ ...changed, body: Buffer.from("old") }]);
  await assert.rejects(control.putItems([changed]), /409|other bytes/);
  assert.equal(await (await read("a")).text(), "old");

  await control.putItems([changed], { overwrite: true });
  assert.equal(await (await read("a")).text(), "new");
});

test("an item can move to a later received time, and be taken away", async (t) => {
  const { control, listAll, read } = await gatewayOf(t, { items: [item("a"), item("b")] });

  await control.moveItem("WeChat", "a", new Date("2026-03-01T23:00:00Z"));
  const moved = await listAll();
  const removed = await control.removeItem("WeChat", "b");

  assert.deepEqual(
    moved.map(({ id }) => id),
    ["b", "a"],
  );
  assert.equal(removed, true);
  assert.equal((await read("b")).status, 404);
});

test("a reset brings back items and faults of the start, and empties the log", async (t) => {
  const { control, listAll, get } = await gatewayOf(t, {
    items: [item("a")],
    faults: [{ on: "account", do: "status", status: 503 }],
  });
  assert.equal((await get("/v1/account")).status, 503);
  await control.putItems([{ ...item("b"), body: Buffer.from("b") }]);
  await control.addFaults([{ on: "list", do: "status", status: 500 }]);

  await control.reset();

  assert.deepEqual((await control.requests()).requests, []);
  assert.deepEqual(
    (await listAll()).map(({ id }) => id),
    ["a"],
  );
  assert.equal((await get("/v1/account")).status, 503);
});

test("every request of the contract is counted, with who asked for what and how it ended", async (t) => {
  const { control, list, read, get } = await gatewayOf(t, { items: [item("a")] });

  await (await list()).json();
  await (await read("a")).text();
  await (await get("/v1/account", {})).text();
  const { counts, requests } = await control.requests();

  assert.deepEqual(counts, { account: 1, list: 1, read: 1, other: 0, mostAtOnce: 1 });
  assert.deepEqual(
    requests.map(({ route, username, id, status, bodyBytes }) => ({
      route,
      username,
      id,
      status,
      bodyBytes,
    })),
    [
      { route: "list", username: "archive@contoso.com", id: null, status: 200, bodyBytes: 0 },
      { route: "read", username: "archive@contoso.com", id: "a", status: 200, bodyBytes: 9 },
      { route: "account", username: null, id: null, status: 401, bodyBytes: 0 },
    ],
  );
});

test("the gateway runs as a process of its own, over a directory of items", async (t) => {
  const directory = await temporaryDirectory(t);
  const faults = join(directory, "faults.json");
  await writeItemDirectory(directory, [
    item("a/b", "10:00:00.000", "from a file"),
    { ...item("large"), body: megabyte },
  ]);
  await writeFile(faults, '[{"on":"account","do":"status","status":503}]');

  const args = ["--items", directory, "--faults", faults, "--account", "me:secret:word"];
  const url = await startProcess(t, args);
  const headers = authorization("me:secret:word");
  const statuses = [];
  for (let n = 0; n < 2; n += 1) {
    statuses.push((await fetch(`${url}/v1/account`, { headers })).status);
  }
  const read = await fetch(`${url}/v1/archives/WeChat/items/a%2Fb`, { headers });
  const large = await fetch(`${url}/v1/archives/WeChat/items/large`, { headers });

  assert.deepEqual(statuses, [503, 200]);
  assert.equal(await read.text(), "from a file");
  assert.equal((await large.arrayBuffer()).byteLength, megabyte.size);
  assert.equal((await gatewayControl(url).requests()).counts.read, 2);
});

test("a wrong line in a directory of items is named by file and line", async (t) => {
  const directory = await temporaryDirectory(t);
  await writeItemDirectory(directory, [item("a")]);
  await writeFile(join(directory, "items.jsonl"), '{"type":"WeChat"}\n');

  await assert.rejects(readItemDirectory(directory), /items\.jsonl:1: /);
});

async function bytesOf(of: Item): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of readBody(of)) pieces.push(piece);
  return Buffer.concat(pieces);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "gateway-"));
  t.after(() => rm(directory, { recursive: true }));
  return directory;
}

async function startProcess(t: TestContext, args: string[]): Promise<string> {
  const main = new URL("../../../local/gateway/main.ts", import.meta.url);
  const child = fork(main, args, { stdio: ["ignore", "pipe", "inherit", "ipc"] });
  t.after(() => child.kill());
  const [line] = await once(child.stdout ?? child, "data");
  return JSON.parse(String(line)).url;
}
