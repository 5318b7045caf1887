import assert from "node:assert/strict";
import { test } from "node:test";
import { readJson } from "../../../shared/connectors/json/read-json.ts";
import { RejectedItemError, type RejectionCode } from "../../../shared/domain/errors.ts";
import { receivedAt } from "./fixtures.ts";
import { deviceMessage, rawMessage } from "./items.ts";

function refusal(bytes: Uint8Array): RejectedItemError {
  try {
    readJson(bytes, { receivedAt, name: "WeChat" });
  } catch (error) {
    assert.ok(error instanceof RejectedItemError);
    return error;
  }
  assert.fail("The item was read.");
}

function assertRefused(value: unknown, code: RejectionCode): void {
  assert.equal(refusal(Buffer.from(JSON.stringify(value))).code, code);
}

test("an item is encrypted when it says so, wherever it says so", () => {
  const attachment = [{ name: "a", content: "", attachSizeEncrypted: "12" }];

  assertRefused(rawMessage({}, { securityContent: { keyId: "1" } }), "encrypted");
  assertRefused(rawMessage({ securityContent: null }, { securityContent: "AAAA" }), "encrypted");
  assertRefused(rawMessage({ securityContent: "AAAA" }), "encrypted");
  assertRefused(deviceMessage({ textSizeEncrypted: 12 }), "encrypted");
  assertRefused(deviceMessage({ attachment }), "encrypted");
});

test("sizes of 0 and an absent security content are no encryption", () => {
  const attachment = [{ name: "a", content: "", attachSizeEncrypted: 0 }];
  const item = deviceMessage({ attachment, textSizeEncrypted: "0", securityContent: null });

  assert.doesNotThrow(() =>
    readJson(Buffer.from(JSON.stringify(item)), { receivedAt, name: "WeChat" }),
  );
});

test("what is no JSON object is malformed: nothing, half an object, a bare value, another format", () => {
  const whole = JSON.stringify(rawMessage());
  const malformed = [
    "",
    " \r\n\t",
    whole.slice(0, -20),
    `${whole}${whole}`,
    "null",
    "12",
    '"text"',
    "From: ann@contoso.com\r\n\r\nHello",
    "<xml/>",
    "\0\0\0\0",
    "{'single': 'quotes'}",
  ];

  for (const text of malformed) assert.equal(refusal(Buffer.from(text)).code, "malformed", text);
});

test("an item of another kind of bytes is malformed", () => {
  for (const bytes of [
    [0xff, 0xfe],
    [0xfe, 0xff, 0x00],
    [0xef, 0xbb, 0xbf],
    [0x50, 0x4b, 3, 4],
  ]) {
    assert.equal(refusal(Uint8Array.from(bytes)).code, "malformed");
  }
});

test("a refusal quotes no word of the item, neither in its text nor in its cause", () => {
  const { message, detail, cause } = refusal(Buffer.from('{"text":"the secret", oops'));

  assert.doesNotMatch(`${message} ${detail}`, /secret|oops/);
  assert.equal(cause, undefined);
});

test("JSON above 50 MB is oversize", () => {
  assert.equal(refusal(Buffer.alloc(50 * 1_048_576 + 1, " ")).code, "oversize");
});
