import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import PostalMime from "postal-mime";
import { readEml } from "../../../shared/connectors/eml/read-eml.ts";
import { readJson } from "../../../shared/connectors/json/read-json.ts";
import { emailAddress } from "../../../shared/connectors/mail-address.ts";
import { sha256 } from "../../../shared/domain/item-key.ts";
import type { Message } from "../../../shared/domain/message.ts";
import { receivedAt, render } from "./messages.ts";

const digits = fc.stringMatching(/^[1-9]\d{6,14}$/);
const number = fc.oneof(
  digits,
  digits.map((it) => `+${it}`),
);
const email = fc.stringMatching(/^[a-z]{1,8}\.[a-z]{1,8}@[a-z]{1,8}\.example$/);
const handle = fc.stringMatching(/^wxid_[a-z0-9]{4,12}$/);
const name = fc.stringMatching(/^[A-ZÄÖÜ李王张안例](["',;:()&<]?[a-zäöüß🙂]){0,8}$/u);

const person = fc.record(
  {
    value: fc.oneof(number, email, handle),
    firstName: name,
    lastName: name,
    email,
  },
  { requiredKeys: ["value"] },
);

const text = fc.string({ unit: "grapheme", maxLength: 300 });
const file = fc.record({
  name: fc.string({ unit: "grapheme", maxLength: 40 }),
  contentType: fc.constantFrom("image/jpeg", "text/plain", "message/rfc822", "video/mp4", ""),
  content: fc.uint8Array({ maxLength: 500 }).map((it) => Buffer.from(it).toString("base64")),
});

const item = fc.record({
  messageTime: fc.integer({ min: 800_000_000_000, max: receivedAt.getTime() }),
  sender: person,
  recipients: fc.uniqueArray(person, { minLength: 1, maxLength: 6, selector: (it) => it.value }),
  groupName: fc.option(fc.record({ name: text, id: text })),
  subject: text,
  text,
  attachment: fc.array(file, { maxLength: 3 }),
  messageType: fc.constantFrom("Text", "Edit", "Recalled", "Reaction", "Event", "LuckyMoney"),
  messageId: fc.option(text),
});

test("what a JSON item says survives its email: any mail client reads the same text and the same files", async () => {
  await fc.assert(
    fc.asyncProperty(item, async (body) => {
      const message = read(body);
      const email = await PostalMime.parse(render(message), { forceRfc822Attachments: true });

      assert.equal(email.subject, message.subject);
      assert.ok(email.text?.includes(lines(message.text ?? "")));
      assert.deepEqual(
        email.attachments.map((it) => sha256(new Uint8Array(it.content as ArrayBuffer))),
        message.attachments.map((it) => sha256(it.content)),
      );
    }),
    { numRuns: 300 },
  );
});

test("what a JSON item says survives its email: the archive reads back the same participants, chat, time and kind", async () => {
  await fc.assert(
    fc.asyncProperty(item, async (body) => {
      const message = read(body);
      const { message: again } = await readEml(render(message), {
        isRendered: true,
        name: "WeChat",
        receivedAt,
      });

      assert.deepEqual(people(again), people(message));
      assert.deepEqual(
        [again.kind, again.id, again.sentAt, again.conversation, again.original],
        [message.kind, message.id, message.sentAt, message.conversation, message.original],
      );
      assert.deepEqual(
        again.attachments.map((it) => [it.size, sha256(it.content)]),
        message.attachments.map((it) => [it.size, sha256(it.content)]),
      );
    }),
    { numRuns: 300 },
  );
});

function read(body: object): Message {
  const bytes = Buffer.from(JSON.stringify({ owner: null, direction: "Outgoing", ...body }));
  return readJson(bytes, { receivedAt, name: "WeChat" });
}

const lines = (written: string) => written.replace(/\r\n?/g, "\n");

/** As a mailbox item names them: an address that we made up reads back as one. */
function people({ participants }: Message) {
  return participants.map((it) => ({ role: it.role, ...emailAddress(it, "WeChat") }));
}
