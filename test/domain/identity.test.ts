import assert from "node:assert/strict";
import { test } from "node:test";
import {
  emailName,
  parseReceiptName,
  rawName,
  receiptName,
} from "../../shared/domain/blob-names.ts";
import { deliveryKey, ITEM_KEY, internetMessageId, itemKey } from "../../shared/domain/item-key.ts";

const key = "i-00112233445566778899aabbccddeeff";
const midnight = new Date("2026-01-05T00:00:00Z");

test("an item key is the same for the same connector and source id, and no number", () => {
  const one = itemKey("wechat", "12345678901234567890");

  assert.match(one, ITEM_KEY);
  assert.equal(one, itemKey("wechat", "12345678901234567890"));
  assert.notEqual(one, itemKey("whatsapp", "12345678901234567890"));
  assert.ok(Number.isNaN(Number(one)));
});

test("each delivery of an item has a key and a Message-ID of its own", () => {
  const ann = { itemKey: key, mailbox: "6f1c1d2e-0000-4000-8000-000000000001" };
  const bob = { itemKey: key, mailbox: "6f1c1d2e-0000-4000-8000-000000000002" };

  assert.match(deliveryKey(ann), /^[0-9a-f]{64}$/);
  assert.notEqual(deliveryKey(ann), deliveryKey(bob));
  assert.match(internetMessageId(ann), /^<[0-9a-f]{64}@archive\.invalid>$/);
});

test("blobs lie under the UTC day on which the source received the item", () => {
  const late = new Date("2026-01-04T23:59:59.999Z");

  assert.equal(rawName("wechat", midnight, key, "message/rfc822"), `wechat/2026/01/05/${key}.eml`);
  assert.equal(rawName("wechat", late, key, "application/json"), `wechat/2026/01/04/${key}.json`);
  assert.equal(receiptName("wechat", midnight, key), `wechat/2026/01/05/${key}.json`);
  assert.equal(receiptName("wechat", midnight, key, 2), `wechat/2026/01/05/${key}.2.json`);
  assert.equal(emailName("wechat", midnight, key, 1), `wechat/2026/01/05/${key}.1.eml`);
});

test("only the name of a receipt is taken for one", () => {
  assert.deepEqual(parseReceiptName(`wechat/2026/01/05/${key}.json`), {
    connector: "wechat",
    itemKey: key,
    n: 0,
  });
  assert.equal(parseReceiptName(`wechat/2026/01/05/${key}.12.json`)?.n, 12);
  for (const other of [
    `wechat/2026/01/05/${key}.eml`,
    `wechat/2026/01/05/123.json`,
    `${key}.json`,
    `x/wechat/2026/01/05/${key}.json`,
    `wechat/2026/01/05/i-0011.json`,
  ]) {
    assert.equal(parseReceiptName(other), undefined, other);
  }
});
