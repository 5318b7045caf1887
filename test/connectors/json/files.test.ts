import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../../../shared/domain/item-key.ts";
import { deviceMessage, rawMessage, read, readValue } from "./items.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

test("both attachment forms, and a lone object, are files", () => {
  const ways = [
    { name: "a.txt", contentType: "text/plain", content: base64("words"), attachSize: 5 },
    [{ name: "a.txt", contentType: "text/plain", content: base64("words"), attachmentSize: 5 }],
    [{ name: "a.txt", contentType: "text/plain", value: base64("words") }],
  ];

  for (const attachment of ways) {
    const { attachments, notices } = readValue(rawMessage({ attachment }));

    assert.deepEqual(notices, []);
    assert.deepEqual(
      attachments.map((it) => [
        it.name,
        it.contentType,
        it.size,
        Buffer.from(it.content).toString(),
      ]),
      [["a.txt", "text/plain", 5, "words"]],
    );
  }
});

test("absent, null and an empty list are no files", () => {
  for (const attachment of [undefined, null, []]) {
    assert.deepEqual(readValue(rawMessage({ attachment })).attachments, []);
  }
});

test("a size that does not match is a notice, never a reason to drop the file", () => {
  const { attachments, notices } = read("008-file-of-another-size");

  assert.equal(attachments.length, 2);
  // A device gives the length of the base64 text: that is no mismatch.
  assert.deepEqual(notices, ["The file photo.png has 70 bytes; the source says it has 4711."]);
});

test("content that is not base64 is kept as the text that came, and said to be", () => {
  for (const content of ["not base64, but words!", "a", "====", "QUJD*"]) {
    const { attachments, notices } = readValue(
      deviceMessage({ attachment: [{ name: "note.txt", content }] }),
    );

    assert.equal(Buffer.from(attachments[0]?.content ?? []).toString(), content);
    assert.match(notices.join(), /note.txt is not base64/);
  }
});

test("base64 in lines, or without its padding, is base64", () => {
  const long = base64("words ".repeat(100));
  const ways = [long.replace(/.{76}/g, "$&\r\n"), long.replace(/=+$/, "")];

  for (const content of ways) {
    const { attachments, notices } = readValue(deviceMessage({ attachment: [{ content }] }));

    assert.equal(Buffer.from(attachments[0]?.content ?? []).toString(), "words ".repeat(100));
    assert.deepEqual(notices, []);
  }
});

test("a file that the source names and does not deliver is named to the reader", () => {
  const { attachments, notices } = read("010-file-named-not-delivered");

  assert.deepEqual(attachments, []);
  assert.deepEqual(notices, ["The file video.mp4 is named by the source, but was not delivered."]);
});

test("an empty file is a file", () => {
  const attachment = [{ name: "empty.txt", contentType: "text/plain", content: "" }];

  assert.equal(readValue(rawMessage({ attachment })).attachments[0]?.size, 0);
});

test("files without a name, and files of one name, can be told apart", () => {
  const nameless = { contentType: "image/jpeg", content: base64("x") };
  const named = { name: "IMG_1.jpg", contentType: "image/jpeg", content: base64("x") };
  const typeless = { contentType: "application/octet-stream", content: base64("x") };
  const attachment = [nameless, named, named, typeless];
  const { attachments } = readValue(rawMessage({ attachment }));

  assert.deepEqual(
    attachments.map((it) => it.name),
    ["file-1.jpg", "IMG_1.jpg", "IMG_1 (2).jpg", "file-4.bin"],
  );
});

test("beyond a thousand files the raw message holds the others", () => {
  const attachment = Array.from({ length: 1_002 }, (_, at) => ({ name: `${at}`, content: "eA==" }));
  const { attachments, notices } = readValue(rawMessage({ attachment }));

  assert.equal(attachments.length, 1_001);
  assert.equal(attachments.at(-1)?.name, "message.json");
  assert.match(notices.join(), /some files/);
});

test("a large raw message is attached without its files, each named with its SHA-256", () => {
  const content = Buffer.alloc(300_000, "content");
  const attachment = [{ name: "a.bin", content: content.toString("base64") }];
  const { attachments } = readValue(rawMessage({ messageType: "LuckyMoney", attachment }));

  const raw = JSON.parse(Buffer.from(attachments[1]?.content ?? []).toString());
  assert.equal(attachments[0]?.size, 300_000);
  assert.equal(raw.body.text, "Hello");
  assert.equal(
    raw.body.attachment[0].content,
    `(a.bin, 300000 bytes, SHA-256 ${sha256(content)}, attached)`,
  );
});
