import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readEml } from "../../../shared/connectors/eml/read-eml.ts";
import type { Message } from "../../../shared/domain/message.ts";
import { readContext } from "./reading.ts";

const folder = join(import.meta.dirname, "../../fixtures/eml");
const PAIR = { group: false, id: "15550100+15550123" };
const ORIGINAL = { id: "1795078800000_15550100_0" };

type Meaning = Partial<Omit<Message, "attachments">> & { readonly files?: readonly string[] };

/** What each TeleMessage email says, beside who and when. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  "001-wechat-text": {
    kind: "text",
    id: "1795078800000_15550100_0",
    conversation: PAIR,
    text: "See you at noon 🍜\n",
  },
  "002-whatsapp-group-file": {
    kind: "text",
    subject: "WhatsApp message from 15550100 to 午餐",
    conversation: { group: true, id: "8613800000000-1795000000", name: "午餐" },
    text: "The menu – choose",
    files: ["菜单.png"],
  },
  "003-whatsapp-call-unanswered": {
    kind: "call",
    call: { status: "unanswered", video: true },
    conversation: PAIR,
  },
  "004-wechat-call-recording": {
    kind: "call",
    call: { status: "Call OK", video: false },
    files: ["call-78.mp3"],
  },
  "005-whatsapp-deleted-for-all": {
    kind: "delete",
    original: ORIGINAL,
    subject: "DELETED For All – UNKNOWN – WhatsApp message from 15550100 to 15550123",
  },
  "006-whatsapp-deleted-read": { kind: "delete", id: "5521", original: ORIGINAL },
  "007-whatsapp-edit": { kind: "edit", id: "EDIT-1795078800000_15550100_0-2", original: ORIGINAL },
  "008-sms-segment": { kind: "segment", conversation: PAIR },
  "009-wechat-thread": {
    kind: "text",
    conversation: { group: false, id: "thread-4", name: "Ann and Bob" },
  },
  "010-signal-unknown-recipient": {
    kind: "text",
    participants: [
      { role: "sender", handle: "UNKNOWN" },
      { role: "recipient", number: "15550123", address: "bob@contoso.com" },
    ],
  },
  "011-telegram-story-of-an-unknown-kind": { kind: "unknown", text: "A hologram\n" },
};

const fixture = (name: string) => readFileSync(join(folder, `${name}.eml`));

for (const [name, { files = [], ...meaning }] of Object.entries(MEANINGS)) {
  test(`a TeleMessage email says what it is: ${name}`, async () => {
    const { message, fit } = await readEml(fixture(name), readContext);

    const read = Object.fromEntries(
      Object.keys(meaning).map((key) => [key, message[key as keyof Message]]),
    );
    assert.deepEqual(read, meaning);
    assert.deepEqual(
      message.attachments.map((it) => it.name),
      files,
    );
    assert.ok(fit);
  });
}

test("every TeleMessage fixture is read", () => {
  const names = readdirSync(folder).filter((it) => it.endsWith(".eml"));

  assert.deepEqual(
    names.sort(),
    Object.keys(MEANINGS)
      .map((it) => `${it}.eml`)
      .sort(),
  );
});

test("all X-TELEMESSAGE headers go with the message, spelt as they came", async () => {
  const { message } = await readEml(fixture("001-wechat-text"), readContext);

  assert.deepEqual(
    message.headers.map((it) => it.name),
    [
      "X-TELEMESSAGE-ArchiveMessageID",
      "X-TELEMESSAGE-Network",
      "X-TELEMESSAGE-ArchiveSource",
      "X-TELEMESSAGE-MessageType",
      "X-TELEMESSAGE-Status",
      "X-TELEMESSAGE-OriginalMesageIntegrity",
    ],
  );
});

test("the number comes out of the display name, the address out of the brackets", async () => {
  const { message } = await readEml(fixture("001-wechat-text"), readContext);

  assert.deepEqual(message.participants, [
    { role: "sender", name: "Ann Example", number: "15550100", address: "ann@contoso.com" },
    { role: "recipient", name: "Bob Example", number: "15550123", address: "bob@contoso.com" },
  ]);
});

test("both directions of a chat of two lie in one conversation", async () => {
  const there = fixture("001-wechat-text").toString();
  const back = there.replace(/^From: (.+)\r\nTo: (.+)\r\n/, "From: $2\r\nTo: $1\r\n");

  const { message: first } = await readEml(Buffer.from(there), readContext);
  const { message: answer } = await readEml(Buffer.from(back), readContext);

  assert.notDeepEqual(answer.participants, first.participants);
  assert.deepEqual(answer.conversation, first.conversation);
});
