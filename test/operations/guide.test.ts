import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { TableClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { ensureBuilt } from "../../local/stack/build.ts";
import { type Installation, startInstallation } from "../../local/stack/installation.ts";
import { tables } from "../../shared/adapters/names.ts";
import { archiver } from "../cli/running.ts";

// The tasks of docs/operators-guide.md, as written there, on the whole installation: the very bundle
// under the local host, over Azurite, with the command line as an operator has it.
let stack: Installation;
let folder: string;
const why = ["--why", "a task of the guide"];

before(async () => {
  await ensureBuilt();
  folder = await mkdtemp(join(tmpdir(), "archiver-guide-"));
  stack = await startInstallation({});
  await stack.host.fire("collect");
  await settle();
});
after(async () => {
  await stack.stop();
  await rm(folder, { recursive: true });
});

/** Until nothing is left to do, and the runs are closed and sealed. */
async function settle(): Promise<void> {
  for (;;) {
    const { deferred } = await stack.host.idle(["convert", "import"]);
    await stack.host.fire("reconcile");
    const { runs } = await json("reports", "--state", "collected");
    const { orders } = await json("orders");
    const isBusy = orders.some(({ state }: { state: string }) => state === "running");
    if (!deferred["import"] && runs.length === 0 && !isBusy) return;
  }
}

const run = (...args: string[]) =>
  archiver(args, { url: stack.host.url, meanwhile: () => stack.host.fire("reconcile") });

async function json(...args: string[]) {
  const { out, err } = await run(...args, "--json");
  assert.ok(out, err);
  return JSON.parse(out);
}

/** What lies in everybody's mailbox, by user and internet message id: one twice is an item twice. */
async function mailboxes(): Promise<string[]> {
  const found: string[] = [];
  for (const { id } of stack.traffic.users) {
    for (const message of (await stack.graph?.messages(id)) ?? []) {
      const key = message.properties.find((it) => it.id.endsWith("Name ArchiveItemKey"));
      found.push(`${id} ${key?.value}`);
    }
  }
  return found.sort();
}

test("the morning look: status says what is not there, and doctor that all can work", async () => {
  const status = await run("status");
  const doctor = await json("doctor");

  assert.equal(status.code, 1);
  assert.match(status.out, /wechat: 4 set aside/);
  const wrong = doctor.findings.filter((it: { verdict: string }) => it.verdict === "wrong");
  assert.deepEqual(
    wrong.map((it: { check: string }) => it.check),
    ["mailboxes of wechat", "mailboxes of whatsapp"],
    "the made-up mapping names somebody who has left",
  );
});

test("a user is unmapped: found, mapped, tried first, put in force, redriven", async () => {
  const [unmapped] = await json("reports", "unmapped", "--connector", "wechat");
  const file = join(folder, "wechat.csv");
  await writeFile(file, `${unmapped.sourceUser},ann@contoso.com\n`);
  const before = await mailboxes();

  const tried = await json("mapping", "upload", "wechat", file, "--dry-run", ...why);
  const uploaded = await run("mapping", "upload", "wechat", file, ...why);
  const explained = await mapped(unmapped.sourceUser);
  const redriven = await json(
    "poison",
    "redrive",
    "--code",
    "unmapped",
    "--connector",
    "wechat",
    ...why,
  );
  await settle();

  assert.ok(
    tried.changes.some((it: { sourceUser: string }) => it.sourceUser === unmapped.sourceUser),
  );
  assert.equal(uploaded.code, 0);
  assert.equal(explained.code, 0, explained.out);
  assert.equal(redriven.redriven, 1);
  assert.equal((await mailboxes()).length, before.length + 1);
  assert.equal(
    (await json("poison", "list", "--code", "unmapped", "--connector", "wechat")).entries.length,
    0,
  );
});

test("TeleMessage was down: told by status, and once it is back the connector catches up, nothing twice", async () => {
  const before = await mailboxes();
  await stack.gateway?.addFaults([{ on: "any", do: "status", status: 503, times: null }]);
  const down = await run("run", "wechat");
  const status = await run("status");
  await stack.gateway?.clearFaults();

  const back = await run("run", "wechat");
  await settle();

  assert.equal(down.code, 1);
  assert.match(status.out, /wechat: source failed/);
  assert.equal(back.code, 0, back.err);
  assert.deepEqual(await mailboxes(), before);
});

test("the password changed: the connector stops itself and says so, and goes on with the right one", async () => {
  await stack.gateway?.addFaults([{ on: "any", do: "status", status: 401, times: null }]);
  const refused = await run("connectors", "test", "wechat");
  await stack.gateway?.clearFaults();

  const right = await run("connectors", "test", "wechat");

  assert.deepEqual([refused.code, right.code], [1, 0]);
  assert.match(refused.out, /unauthorized\. The source refuses the account/);
});

test("the auditor asks for the day: verified, exported, with who asked for it on record", async () => {
  const day = stack.dayEndedAt.toISOString().slice(0, 10);
  const yesterday = new Date(stack.dayEndedAt.getTime() - 86_400_000).toISOString().slice(0, 10);
  const to = join(folder, "day");

  const verified = await run("verify");
  const exported = await run("export", "--from", yesterday, "--to", day, "--out", to, ...why);
  const { operations } = await json("operations");

  assert.equal(verified.code, 0, verified.out);
  assert.equal(exported.code, 0, exported.err);
  const saved = await readdir(to);
  const custody = saved.filter((name) => name.endsWith(".custody.json"));
  assert.equal(custody.length, stack.traffic.items.length);
  assert.ok(operations.some((it: { action: string }) => it.action === "exports.start"));
});

test("an item that nobody wants is discarded with a reason, and its raw bytes stay", async () => {
  const { entries } = await json("poison", "list", "--code", "malformed", "--connector", "wechat");
  const [{ itemKey }] = entries;

  const discarded = await run("poison", "discard", itemKey, ...why);

  assert.equal(discarded.code, 0, discarded.err);
  const { raw, actions } = await json("item", itemKey);
  assert.equal(actions[0].action, "discard");
  const blobs = BlobServiceClient.fromConnectionString(stack.connectionString);
  assert.ok(await blobs.getContainerClient("raw").getBlobClient(raw.blob).exists());
});

test("the tables are lost: rebuilt, collected again, nothing lands twice, and verify is clean", async () => {
  const before = await mailboxes();
  const setAside = (await json("poison", "list")).entries.length;
  for (const name of Object.values(tables)) {
    await TableClient.fromConnectionString(stack.connectionString, name, {
      allowInsecureConnection: true,
    }).deleteTable();
  }
  await stack.host.kill();

  const rebuilt = await run("ledger", "rebuild", ...why);
  await stack.host.fire("collect");
  await run("run", "wechat");
  await run("run", "whatsapp");
  await settle();

  assert.equal(rebuilt.code, 0, rebuilt.err);
  assert.deepEqual(await mailboxes(), before);
  assert.equal((await json("poison", "list")).entries.length, setAside);
  const verified = await run("verify");
  assert.equal(verified.code, 0, verified.out);
});

test("one byte of the evidence is changed: verify names the blob", async () => {
  const blobs = BlobServiceClient.fromConnectionString(stack.connectionString);
  const raw = blobs.getContainerClient("raw");
  const [item] = (await json("poison", "list")).entries;
  const { raw: pointer } = await json("item", item.itemKey);
  const blob = raw.getBlockBlobClient(pointer.blob);
  const bytes = await blob.downloadToBuffer();
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  await blob.uploadData(bytes);

  const { code, out } = await run("verify");

  assert.equal(code, 1);
  assert.ok(out.includes(`raw/${pointer.blob}`), out);
});

/** The app acts on a changed mapping within a minute: asked until it does. */
async function mapped(number: string): ReturnType<typeof run> {
  for (;;) {
    const explained = await run("mapping", "explain", number, "--connector", "wechat");
    if (explained.code === 0) return explained;
    await pause(500);
  }
}
