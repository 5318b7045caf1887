import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { TableClient } from "@azure/data-tables";
import { QueueServiceClient } from "@azure/storage-queue";
import type { KeptMessage } from "../local/graph/control-plane.ts";
import { type Stack, startStack } from "../local/stack.ts";
import type { TrafficItem } from "../local/traffic/item.ts";
import { decodeEntry } from "../shared/adapters/queue.ts";
import { catalogueEntry } from "../shared/connectors/catalogue.ts";
import { deliveryKey, itemKey } from "../shared/domain/item-key.ts";

// The made-up day goes through the very bundle, under the local host, over Azurite: once for all tests here.
let stack: Stack;
let seenJobs: string[];

before(async () => {
  stack = await startStack();
  seenJobs = await peekingAtJobs(() => passDay());
});
after(() => stack.stop());

/** Collects, waits until nothing is left (large items wait for each other), and balances the runs. */
async function passDay(): Promise<void> {
  await stack.host.fire("collect");
  for (;;) {
    const { deferred } = await stack.host.idle(["convert", "import"]);
    await stack.host.fire("reconcile");
    if (!deferred["import"] && (await openRuns()) === 0) return;
  }
}

async function rows(table: string): Promise<Record<string, unknown>[]> {
  const client = TableClient.fromConnectionString(stack.connectionString, table, {
    allowInsecureConnection: true,
  });
  const found: Record<string, unknown>[] = [];
  for await (const entity of client.listEntities()) found.push(entity);
  return found;
}

async function openRuns(): Promise<number> {
  return (await rows("Runs")).filter(({ state }) => state !== "closed").length;
}

function queue(name: string) {
  return QueueServiceClient.fromConnectionString(stack.connectionString).getQueueClient(name);
}

/** The texts of the jobs that lie in the queue while the work goes on. */
async function peekingAtJobs(work: () => Promise<void>): Promise<string[]> {
  const texts = new Set<string>();
  let isDone = false;
  const peeking = (async () => {
    while (!isDone) {
      const answer = await queue("import-jobs")
        .peekMessages({ numberOfMessages: 32 })
        .catch(() => undefined);
      // Azurite answers slowly while it is asked without a pause.
      await pause(20);
      for (const { messageText } of answer?.peekedMessageItems ?? []) {
        texts.add(Buffer.from(messageText, "base64").toString());
      }
    }
  })();
  await work().finally(() => {
    isDone = true;
  });
  await peeking;
  return [...texts];
}

async function poisoned(): Promise<Record<string, unknown>[]> {
  const { peekedMessageItems } = await queue("import-jobs-poison").peekMessages({
    numberOfMessages: 32,
  });
  return peekedMessageItems.map(({ messageText }) => decodeEntry(messageText) ?? {});
}

const connectorOf = (item: TrafficItem) => item.type.toLowerCase();
const keyOf = (item: TrafficItem) => itemKey(connectorOf(item), item.id);

/** What lies in a user's folder of the item's connector, by `ArchiveItemKey`. */
async function archived(): Promise<Map<string, KeptMessage[]>> {
  const found = new Map<string, KeptMessage[]>();
  for (const { id } of stack.traffic.users) {
    for (const message of await stack.graph.messages(id)) {
      const key = message.properties.find(({ id }) => id.endsWith("Name ArchiveItemKey"))?.value;
      const same = found.get(String(key)) ?? [];
      found.set(String(key), [...same, message]);
    }
  }
  return found;
}

test("every item of the day ends as it must: in the mailboxes of its participants once, or set aside by its code", async () => {
  const mailboxes = await archived();
  const codes = new Map((await poisoned()).map((entry) => [entry["itemKey"], entry["reason"]]));
  const users = new Map(stack.traffic.users.map((user) => [user.userPrincipalName, user.id]));

  let deliveries = 0;
  for (const item of stack.traffic.items) {
    const { outcome, mailboxes: names } = item.expect;
    if (outcome !== "imported") {
      assert.equal((codes.get(keyOf(item)) as { code: string })?.code, outcome, item.about);
      continue;
    }
    for (const name of names) {
      deliveries += 1;
      const delivery = { itemKey: keyOf(item), mailbox: users.get(name) ?? "" };
      const copies = mailboxes.get(deliveryKey(delivery)) ?? [];
      assert.equal(copies.length, 1, `${item.about}: ${copies.length} in ${name}`);
      for (const copy of copies) isWhole(copy, item);
    }
  }
  const total = [...mailboxes.values()].flat().length;
  assert.equal(total, deliveries, "nothing else lies in any mailbox");
});

function isWhole(message: KeptMessage, item: TrafficItem): void {
  const { shows, files, sentAt } = item.expect;
  const folder = catalogueEntry(item.type)?.folder ?? "";
  const read = `${message.fields.subject} ${decoded(message.fields.body.content)}`;

  assert.ok(message.folder.endsWith(folder), message.folder);
  assert.equal(message.isDraft, false);
  for (const words of shows) assert.ok(read.includes(words), `${item.about}: no "${words}"`);
  for (const { name, size, sha256 } of files) {
    const file = message.attachments.find((it) => it.name === name);
    assert.deepEqual([file?.bytes, file?.sha256], [size, sha256], `${item.about}: ${name}`);
  }
  for (const at of [message.sentAt, message.receivedAt]) {
    assert.equal(at.slice(0, 19), sentAt.toISOString().slice(0, 19), item.about);
  }
}

/** HTML as it is read. */
function decoded(html: string): string {
  const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " " };
  return html
    .replace(/<br\s*\/?>/g, "\n")
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&(\w+);/g, (_, name) => named[name] ?? "");
}

test("every run balances: what the source had is what was imported, skipped or set aside", async () => {
  const runs = await rows("Runs");

  assert.equal(runs.length, 2);
  for (const run of runs) {
    const { available, imported, partial, skipped, rejected, pending } = run as Record<
      string,
      number
    >;
    const parts = [imported, partial, skipped, rejected, pending].map(Number);
    assert.equal(
      available,
      parts.reduce((sum, part) => sum + part),
    );
    assert.equal(pending, 0);
    const ofType = stack.traffic.items.filter((item) => connectorOf(item) === run["partitionKey"]);
    assert.equal(run["fromSource"], ofType.length);
    const expected = ofType.flatMap(({ expect }) => expect.mailboxes).length;
    assert.equal(Number(imported) + Number(partial), expected);
  }
});

test("nobody ever saw half a message, the large ones included", async () => {
  assert.deepEqual(await stack.graph.halves(), []);
});

test("no text, name, number, address or secret is in any log line, queue entry or poison entry", async () => {
  const words = stack.traffic.items.flatMap(({ expect }) => expect.shows);
  const numbers = stack.traffic.users.flatMap((user) => [user.userPrincipalName, user.mail ?? ""]);
  const secrets = ["example-token", "a made-up salt", "authtoken"];
  const planted = [...words, ...numbers, ...secrets].filter((word) => word.length > 5);
  const surfaces = {
    logs: JSON.stringify(stack.logs),
    jobs: JSON.stringify(seenJobs),
    poison: JSON.stringify(await poisoned()),
  };

  assert.ok(seenJobs.length > 20, "jobs were seen in the queue");
  for (const [surface, text] of Object.entries(surfaces)) {
    for (const word of planted) {
      assert.ok(!text.includes(word), `${surface} hold "${word}"`);
    }
    assert.doesNotMatch(text, /contoso\.com|1555010\d|445204334324|8613\d{9}/, surface);
  }
});

test("a job names ids and pointers, all eight fields of them, and nothing else", () => {
  for (const text of seenJobs) {
    assert.deepEqual(Object.keys(JSON.parse(text)).sort(), [
      "connector",
      "deferrals",
      "email",
      "itemKey",
      "mailbox",
      "runId",
      "traceparent",
      "v",
    ]);
  }
});

test("entries and blobs whose names look like numbers harm nothing, and are set aside by a code", async () => {
  const before = (await poisoned()).length;
  const texts = ["123", "true", '{"id":"evil","dequeueCount":99,"itemKey":"i-0"}'];
  for (const text of texts) {
    await queue("import-jobs").sendMessage(Buffer.from(text).toString("base64"));
  }

  await stack.host.idle(["import"]);

  const added = (await poisoned()).slice(before);
  assert.deepEqual(
    added.map((entry) => (entry["reason"] as { code: string }).code),
    ["malformed", "malformed", "malformed"],
  );
});

test("the day collected again is skipped whole, and no mailbox changes", async () => {
  const before = [...(await archived()).keys()].sort();
  for (const { partitionKey, rowKey } of await rows("Checkpoints")) {
    await TableClient.fromConnectionString(stack.connectionString, "Checkpoints", {
      allowInsecureConnection: true,
    }).deleteEntity(String(partitionKey), String(rowKey));
  }

  await passDay();

  const again = (await rows("Runs")).sort((a, b) =>
    String(a["rowKey"]) < String(b["rowKey"]) ? -1 : 1,
  );
  for (const connector of ["wechat", "whatsapp"]) {
    const run = again.filter(({ partitionKey }) => partitionKey === connector).at(-1);
    assert.ok(Number(run?.["available"]) > 0);
    assert.equal(run?.["skipped"], run?.["available"]);
  }
  assert.deepEqual([...(await archived()).keys()].sort(), before);
});
