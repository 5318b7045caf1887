import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { Chunks, Emails, RawStore } from "../../shared/pipeline/ports.ts";
import type { Receipt } from "../../shared/pipeline/receipt.ts";

const MIB = 1_048_576;

async function* chunks(...parts: (string | Uint8Array | Error)[]): Chunks {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield typeof part === "string" ? Buffer.from(part) : part;
  }
}

async function textOf(emails: Emails, blob: string): Promise<string> {
  const { chunks } = await emails.open({ container: "raw", blob });
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

export const receipt: Receipt = {
  v: 1,
  connector: "wechat",
  itemKey: "i-00112233445566778899aabbccddeeff",
  sourceItemId: "123",
  receivedAt: "2026-01-05T05:00:00.000Z",
  collectedAt: "2026-01-05T05:30:00.000Z",
  mediaType: "message/rfc822",
  size: 5,
  sha256: "0".repeat(64),
  raw: { container: "raw", blob: "wechat/2026/01/05/i-00112233445566778899aabbccddeeff.eml" },
  runId: "wechat-20260105T053000000Z",
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
};

/** What blobs must do, in memory and in Azure alike. */
export function blobsContract(
  name: string,
  open: () => Promise<{ rawStore: RawStore; emails: Emails }>,
): void {
  test(`${name}: raw bytes are stored with their size and SHA-256`, async () => {
    const { rawStore, emails } = await open();

    const stored = await rawStore.putRaw("a/1.eml", "message/rfc822", chunks("Hel", "lo"));

    const sha256 = createHash("sha256").update("Hello").digest("hex");
    assert.deepEqual(stored, { size: 5, sha256 });
    assert.equal(await textOf(emails, "a/1.eml"), "Hello");
  });

  test(`${name}: raw bytes are never overwritten; who comes second learns what is there`, async () => {
    const { rawStore, emails } = await open();
    const first = await rawStore.putRaw("a/2.eml", "message/rfc822", chunks("first"));

    const second = await rawStore.putRaw("a/2.eml", "message/rfc822", chunks("something else"));

    assert.deepEqual(second, first);
    assert.equal(await textOf(emails, "a/2.eml"), "first");
  });

  test(`${name}: a body that ends early leaves nothing behind, small or large`, async () => {
    const { rawStore, emails } = await open();
    const early = new Error("ended early");

    for (const size of [10, 9 * MIB]) {
      const body = chunks(new Uint8Array(size), early);
      await assert.rejects(rawStore.putRaw(`a/${size}.eml`, "message/rfc822", body), early);
      await assert.rejects(textOf(emails, `a/${size}.eml`));
    }
  });

  test(`${name}: a large body goes through in pieces, byte for byte`, async () => {
    const { rawStore, emails } = await open();
    const piece = new Uint8Array(MIB).map((_, n) => n % 251);

    const stored = await rawStore.putRaw(
      "a/large.eml",
      "message/rfc822",
      chunks(...Array.from({ length: 11 }, () => piece)),
    );

    const hash = createHash("sha256");
    const { chunks: back } = await emails.open({ container: "raw", blob: "a/large.eml" });
    for await (const chunk of back) hash.update(chunk);
    assert.equal(stored.size, 11 * MIB);
    assert.equal(stored.sha256, hash.digest("hex"));
  });

  test(`${name}: a receipt is written once; the second writer gets the first one's`, async () => {
    const { rawStore } = await open();
    const first = await rawStore.putReceipt("a/r.json", receipt);

    const second = await rawStore.putReceipt("a/r.json", { ...receipt, runId: "another" });

    assert.deepEqual(first, receipt);
    assert.deepEqual(second, receipt);
    assert.deepEqual(await rawStore.readReceipt("a/r.json"), receipt);
  });

  test(`${name}: an email that has served is removed, and removing it twice is no error`, async () => {
    const { emails } = await open();
    const pointer = await emails.write("a/e.eml", Buffer.from("Subject: x\r\n\r\nHello"));

    await emails.remove("a/e.eml");
    await emails.remove("a/e.eml");

    await assert.rejects(emails.open(pointer));
  });
}
