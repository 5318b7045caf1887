import assert from "node:assert/strict";
import { test } from "node:test";
import { readJson } from "../../../shared/connectors/json/read-json.ts";
import { fixture, receivedAt } from "./fixtures.ts";
import { deviceMessage, rawMessage, read, readValue } from "./items.ts";

/** Far more than linear work needs, far less than quadratic work would. */
const slow = { timeout: 60_000 };

const readText = (json: string) => readJson(Buffer.from(json), { receivedAt, name: "WeChat" });

test("an object nested 10,000 levels deep is read, and attached as it came", slow, () => {
  const nested = "[".repeat(10_000) + "]".repeat(10_000);
  const deep = JSON.stringify(rawMessage({ text: 0, somewhere: 1 }));
  const asText = readText(deep.replace('"text":0', `"text":${nested}`));
  const elsewhere = readText(deep.replace('"somewhere":1', `"somewhere":${nested}`));

  assert.match(asText.notices.join(), /the field text/);
  assert.equal(asText.attachments.length, 1);
  assert.equal(elsewhere.attachments.length, 0);
});

test("a large message nested too deep to be written anew is attached to the byte", slow, () => {
  const attachment = [{ name: "a.bin", content: Buffer.alloc(300_000).toString("base64") }];
  const nested = "[".repeat(100_000) + "]".repeat(100_000);
  const item = JSON.stringify(rawMessage({ attachment, messageType: "LuckyMoney", deep: 1 }));
  const bytes = Buffer.from(item.replace('"deep":1', `"deep":${nested}`));

  const { attachments } = readJson(bytes, { receivedAt, name: "WeChat" });

  assert.ok(Buffer.from(attachments[1]?.content ?? []).equals(bytes));
});

test(
  "300,000 recipients are read up to 100,000, and the raw message holds the others",
  slow,
  () => {
    const recipients = Array.from({ length: 300_000 }, (_, at) => `${20_000_000 + at}`);
    const message = readValue(rawMessage({ recipients }));

    assert.equal(message.participants.length, 100_001);
    assert.match(message.notices.join(), /some participants/);
  },
);

test("300,000 entries that are no participants cost no more than reading them", slow, () => {
  for (const entry of [[], {}, { value: {} }, 1.5, null]) {
    const to = Array.from({ length: 300_000 }, () => entry);

    assert.equal(readValue(deviceMessage({ to })).kind, "text");
  }
});

test("300,000 keys that nobody knows are no trouble", slow, () => {
  const keys = Array.from({ length: 300_000 }, (_, at) => `"k${at}":${at}`);
  const message = readText(`{${keys.join()},"owner":{},"sender":"1","text":"x","direction":""}`);

  assert.equal(message.text, "x");
});

test("a long text of any letter is read in one go", slow, () => {
  for (const letter of ["a", " ", "-", "=", "1", "\n", "\u2068", "\0", "<", "\ud83d"]) {
    const text = letter.repeat(300_000);

    readValue(rawMessage({ text, subject: text, sender: { value: text }, groupName: text }));
    readValue(deviceMessage({ messageId: text, messageTime: text, textContent: text, to: text }));
    readValue(rawMessage({ attachment: [{ name: text, contentType: text, content: text }] }));
  }
});

test("keys of the language are keys: nothing of another message is changed", () => {
  const message = read("063-duplicate-and-prototype-keys");
  const enrichments = JSON.parse(
    '{"__proto__": {"firstName": "Eve"}, "toString": {"email": "e@x"}}',
  );
  const named = readValue(rawMessage({ participantEnrichments: enrichments }));

  assert.equal(message.text, "the last one counts");
  assert.equal(message.subject, "WeChat message from 15550100 to 15550101");
  assert.equal(({} as Record<string, unknown>)["text"], undefined);
  assert.deepEqual(named.participants[1], { role: "recipient", number: "15550101" });
});

test("UTF-16 and a byte order mark are read as the text that they are", () => {
  assert.equal(read("059-utf-16").text, "UTF-16 déjà vu 你好");
  assert.equal(read("060-byte-order-mark").text, "After a byte order mark");
  for (const order of ["le", "be"]) {
    const little = Buffer.from(JSON.stringify(rawMessage({ text: "你好" })), "utf16le");
    const bytes = order === "le" ? little : little.swap16();

    assert.equal(readJson(bytes, { receivedAt, name: "WeChat" }).text, "你好");
  }
});

test("bytes of another charset are shown as unreadable, said to be, and kept", () => {
  const { bytes } = fixture("061-latin-1");
  const message = read("061-latin-1");

  assert.equal(message.text, "Caf\uFFFD cr\uFFFDme");
  assert.match(message.notices.join(), /some characters/);
  assert.deepEqual(message.attachments[0]?.content, bytes);
});

test("NUL and half an emoji become U+FFFD, for no mail can hold them", () => {
  assert.equal(readValue(rawMessage({ text: "a\0b\u0007c" })).text, "a\uFFFDb\uFFFDc");
  assert.equal(read("062-lone-surrogate").text, "half an emoji \uFFFD");
});

test("line breaks in names, subjects and file names are gone before they reach a header", () => {
  const message = read("052-hostile-names");
  const words = [
    message.subject,
    ...message.participants.flatMap((it) => [it.name, it.handle]),
    ...message.attachments.flatMap((it) => [it.name, it.contentType]),
    ...message.headers.map((it) => it.value),
  ];

  for (const word of words) assert.doesNotMatch(word ?? "", /[\r\n\0]/);
  assert.doesNotMatch(message.attachments[0]?.name ?? "", /[\\/\u202E]/);
});
