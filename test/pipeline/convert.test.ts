import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import PostalMime from "postal-mime";
import { rawName, receiptName } from "../../shared/domain/blob-names.ts";
import { DeferredError } from "../../shared/domain/errors.ts";
import { itemKey } from "../../shared/domain/item-key.ts";
import { convertReceipt } from "../../shared/pipeline/convert-receipt.ts";
import type { Receipt } from "../../shared/pipeline/receipt.ts";
import { connectorFile, memoryConfiguration, memoryDirectory } from "../fakes/configuration.ts";
import { MINUTE, nine, world } from "../fakes/world.ts";

const ann = "6f1c1d2e-0000-4000-8000-00000000000a";
const bob = "6f1c1d2e-0000-4000-8000-00000000000b";
const runId = "wechat-20260105T090000000Z";

function eml(
  headers: Record<string, string> = {},
  body = "Hello Bob",
): { bytes: string; mediaType: Receipt["mediaType"] } {
  const all = {
    From: '"Ann Example 15550101" <ann@contoso.com>',
    To: '"Bob Example 15550102" <bob@contoso.com>',
    Subject: "WeChat message from Ann Example to Bob Example",
    Date: "Mon, 05 Jan 2026 08:00:00 +0000",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "X-TELEMESSAGE-ArchiveMessageID": "1767600000000_15550101_0",
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return { bytes: [...lines, "", body].join("\r\n"), mediaType: "message/rfc822" };
}

function withFiles(...sizes: number[]) {
  const parts = sizes.map((size, n) => {
    const base64 = Buffer.alloc(size, n + 1)
      .toString("base64")
      .replace(/.{76}/g, "$&\r\n");
    return `--x\r\nContent-Type: application/octet-stream; name="${n}.bin"\r\nContent-Disposition: attachment; filename="${n}.bin"\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64}\r\n`;
  });
  const text = "--x\r\nContent-Type: text/plain\r\n\r\nSee files\r\n";
  return eml(
    { "Content-Type": 'multipart/mixed; boundary="x"' },
    `${text}${parts.join("")}--x--\r\n`,
  );
}

function json(change: object = {}): { bytes: string; mediaType: Receipt["mediaType"] } {
  const message = {
    messageContext: "app-message",
    messageId: "1767600000000_15550101_0",
    messageTime: "2026-01-05T08:00:00Z",
    from: "15550101",
    to: ["15550102"],
    direction: "Out",
    textContent: "Hello Bob",
    ...change,
  };
  return { bytes: JSON.stringify(message), mediaType: "application/json" };
}

/** An item as collected: raw blob, receipt, and the ports to convert it with. */
async function received(
  { bytes, mediaType }: { bytes: string; mediaType: Receipt["mediaType"] },
  options: { connector?: object; custom?: Record<string, string> } = {},
) {
  const ports = world();
  const key = itemKey("wechat", "1");
  const blob = rawName("wechat", nine, key, mediaType);
  const name = receiptName("wechat", nine, key);
  const receipt: Receipt = {
    v: 1,
    connector: "wechat",
    itemKey: key,
    sourceItemId: "1",
    receivedAt: nine.toISOString(),
    collectedAt: nine.toISOString(),
    mediaType,
    size: Buffer.byteLength(bytes),
    sha256: createHash("sha256").update(bytes).digest("hex"),
    raw: { container: "raw", blob },
    runId,
    traceparent: "",
  };
  ports.blobs.set(`raw/${blob}`, Buffer.from(bytes));
  const all = {
    ...ports,
    configuration: memoryConfiguration([connectorFile(options.connector)], options.custom),
    directory: memoryDirectory({ "ann@contoso.com": ann, "bob@contoso.com": bob }),
  };
  return {
    ...all,
    item: () => ports.ledger.item(key),
    email: () => String(ports.blobs.get(`emails/wechat/2026/01/05/${key}.eml`)),
    convert: (trigger = `receipts/${name}`) =>
      convertReceipt(trigger, Buffer.from(JSON.stringify(receipt)), all),
  };
}

test("an email goes as it is: one import job for each mapped participant, and no second copy", async () => {
  const { convert, queue, item, blobs } = await received(eml());

  assert.equal(await convert(), "converted");

  assert.deepEqual(
    queue.jobs.map(({ mailbox, email }) => [mailbox, email.container]),
    [
      [ann, "raw"],
      [bob, "raw"],
    ],
  );
  assert.deepEqual((await item())?.mailboxes, [ann, bob]);
  assert.equal([...blobs.keys()].filter((name) => name.startsWith("emails/")).length, 0);
});

test("a JSON item is rendered into an email, mapped by the custom CSV", async () => {
  const { convert, queue, email, item } = await received(json(), {
    custom: { 15550102: "bob@contoso.com" },
  });

  assert.equal(await convert(), "converted");

  assert.deepEqual(
    queue.jobs.map(({ mailbox, email }) => [mailbox, email.container]),
    [[bob, "emails"]],
  );
  const parsed = await PostalMime.parse(email());
  assert.match(parsed.text ?? "", /Hello Bob/);
  assert.match((await item())?.mappedBy ?? "", /"rule":"custom","row":2/);
});

test("a receipt that comes twice is converted once", async () => {
  const { convert, queue } = await received(eml());

  await convert();
  const second = await convert();

  assert.equal(second, "unchanged");
  assert.equal(queue.jobs.length, 2);
});

test("an item none of whose participants is ours is set aside as unmapped", async () => {
  const stranger = '"Xi 8613800000000" <xi@stranger.example>';
  const { convert, queue, item } = await received(eml({ From: stranger, To: stranger }));

  assert.equal(await convert(), "rejected");

  assert.equal((await item())?.code, "unmapped");
  assert.equal(queue.poisoned[0]?.reason.code, "unmapped");
  assert.doesNotMatch(JSON.stringify(queue.poisoned), /stranger|8613800000000|Xi/);
});

test("a directory that does not answer has not said no: the item waits, and is not set aside", async () => {
  const { convert, directory, queue, item } = await received(eml());
  directory.down = new DeferredError("graph-throttled", { on: "app", retryAfterMs: 5 * MINUTE });

  assert.equal(await convert(), "waiting");
  assert.deepEqual((await item())?.waitUntil, new Date(nine.getTime() + 5 * MINUTE));
  assert.deepEqual(queue.poisoned, []);

  directory.down = undefined;
  assert.equal(await convert(), "converted");
  assert.equal(queue.jobs.length, 2);
});

test("an item whose connector file is wrong waits until it is mended", async () => {
  const { convert, configuration, item } = await received(eml());
  const connector = configuration.connectorsById.get("wechat");
  configuration.connectorsById.clear();

  assert.equal(await convert(), "waiting");
  assert.equal((await item())?.detail, "connector-unavailable");

  configuration.connectorsById.set("wechat", connector ?? connectorFile());
  assert.equal(await convert(), "converted");
});

test("an unexpected failure is tried five times, then set aside with its class and no words", async () => {
  const { convert, directory, item, queue, log } = await received(eml());
  directory.down = new TypeError("cannot read ann@contoso.com of undefined");

  const results = [];
  for (let n = 0; n < 5; n += 1) results.push(await convert());

  assert.deepEqual(results, ["waiting", "waiting", "waiting", "waiting", "rejected"]);
  assert.equal((await item())?.code, "tries-exhausted");
  assert.equal(queue.poisoned[0]?.reason.detail, "TypeError");
  assert.doesNotMatch(JSON.stringify([log.lines, queue.poisoned]), /ann@contoso/);
});

test("an email above the connector's limit is set aside as oversize", async () => {
  const { convert, item } = await received(withFiles(300_000), {
    connector: { limits: { maxItemBytes: 200_000 } },
  });

  assert.equal(await convert(), "rejected");

  assert.equal((await item())?.code, "oversize");
});

test("with `strip` the largest files are left out, named with size and hash; those that fit stay", async () => {
  const { convert, item, email } = await received(withFiles(1_000, 300_000, 2_000), {
    connector: { limits: { maxItemBytes: 200_000, oversize: "strip" } },
  });

  assert.equal(await convert(), "converted");

  const parsed = await PostalMime.parse(email());
  const sha256 = createHash("sha256").update(Buffer.alloc(300_000, 2)).digest("hex");
  assert.equal((await item())?.filesLeftOut, 1);
  assert.deepEqual(
    parsed.attachments.map(({ filename }) => filename),
    ["0.bin", "2.bin"],
  );
  assert.match(parsed.text ?? "", /1\.bin/);
  assert.match(parsed.text ?? "", new RegExp(sha256));
  assert.ok(email().length <= 200_000);
});

test("an email without a time is rendered anew, with the time at which the source received it", async () => {
  const { convert, queue, email } = await received(eml({ Date: "not a date" }));

  await convert();

  assert.equal(queue.jobs[0]?.email.container, "emails");
  const parsed = await PostalMime.parse(email());
  assert.equal(new Date(parsed.date ?? "").toISOString(), nine.toISOString());
});

test("what cannot be read is set aside as malformed, what is encrypted as encrypted", async () => {
  const cases = [
    [{ bytes: '{"body": {"text"', mediaType: "application/json" as const }, "malformed"],
    [{ bytes: "", mediaType: "message/rfc822" as const }, "malformed"],
    [eml({ "X-TELEMESSAGE-ENC-KEY-ID": "1" }), "encrypted"],
    [json({ textSizeEncrypted: 12 }), "encrypted"],
  ] as const;

  for (const [raw, code] of cases) {
    const { convert, item } = await received(raw);
    assert.equal(await convert(), "rejected");
    assert.equal((await item())?.code, code);
  }
});

test("a blob that is no receipt of ours is left alone, whoever put it there", async () => {
  const { convert, queue, tables } = await received(eml());

  for (const trigger of ["raw/wechat/2026/01/05/x.eml", "receipts/123", "receipts/x/true.json"]) {
    assert.equal(await convert(trigger), "not-ours");
  }

  assert.deepEqual(queue.jobs, []);
  assert.deepEqual(tables.items.rows(), []);
});

test("across custodians, the same message of a chat comes once into each mailbox", async () => {
  const first = await received(eml(), { connector: { dedupe: "acrossCustodians" } });
  await first.convert();
  const key = itemKey("wechat", "2");
  const other = { ...(await first.item()) };
  const blob = rawName("wechat", nine, key, "message/rfc822");
  first.blobs.set(`raw/${blob}`, Buffer.from(eml().bytes));

  const receipt = {
    v: 1,
    connector: "wechat",
    itemKey: key,
    sourceItemId: "2",
    receivedAt: nine.toISOString(),
    collectedAt: nine.toISOString(),
    mediaType: "message/rfc822",
    size: other.size,
    sha256: other.sha256,
    raw: { container: "raw", blob },
    runId,
    traceparent: "",
  };
  const trigger = `receipts/${receiptName("wechat", nine, key)}`;
  await convertReceipt(trigger, Buffer.from(JSON.stringify(receipt)), first);

  const second = await first.ledger.item(key);
  assert.deepEqual(second?.mailboxes, []);
  assert.equal(second?.sameElsewhere, 2);
  assert.equal(first.queue.jobs.length, 2);
});
