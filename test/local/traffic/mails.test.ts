import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import PostalMime, { type Address, type Email } from "postal-mime";
import { mailboxesOf, mails } from "./made-day.ts";

const parsed = await Promise.all(
  mails.map(async (item) => ({ ...item, email: await PostalMime.parse(item.bytes) })),
);

test("every mail names its sender and recipients as TeleMessage does", () => {
  for (const { email, about } of parsed) {
    for (const { name, address } of participants(email)) {
      assert.match(name, /^([A-Za-z]+ [A-Za-z0-9]+ )?\d{8,13}$/, about);
      assert.match(address ?? "", /^[\w.]+@(contoso\.com|[a-z]+\.example)$/i, about);
    }
  }
});

test("every mail carries TeleMessage's headers, with the id it is listed under", () => {
  for (const { email, id, type, about } of parsed) {
    const header = (name: string) => email.headers.find((it) => it.key === name)?.value;
    assert.equal(header("x-telemessage-archivemessageid"), id, about);
    assert.match(header("x-telemessage-network") ?? "", /^(WeChat|WeCom|WhatsApp)$/);
    assert.ok(type === "WeChat" || header("x-telemessage-network") === "WhatsApp");
    assert.ok(header("x-telemessage-originalmesageintegrity"), "misspelt, as TeleMessage does");
  }
});

test("every mail shows the words that are expected of it", () => {
  for (const { email, expect, about } of parsed) {
    const words = `${email.subject}\n${email.text}`;
    for (const shown of expect.shows) assert.ok(words.includes(shown), `${about}: ${shown}`);
  }
});

test("every mail bears the time that is expected of it", () => {
  for (const { email, expect, about } of parsed) {
    assert.equal(email.date, expect.sentAt.toISOString(), about);
  }
});

test("every mail carries the files that are expected of it, byte for byte", () => {
  const imported = parsed.filter(({ expect }) => expect.outcome === "imported");
  for (const { email, expect, about } of imported) {
    const files = email.attachments.map(({ filename, content }) => {
      assert.ok(content instanceof ArrayBuffer);
      const sha256 = createHash("sha256").update(Buffer.from(content)).digest("hex");
      return { name: filename, size: content.byteLength, sha256 };
    });
    assert.deepEqual(files, expect.files, about);
  }
});

test("whose mailbox a mail lies in follows from the numbers in it", () => {
  const imported = parsed.filter(({ expect }) => expect.outcome === "imported");
  for (const { email, expect, about } of imported) {
    const numbers = participants(email).map(({ name }) => name.split(" ").at(-1) ?? "");
    assert.deepEqual(mailboxesOf(numbers), expect.mailboxes.toSorted(), about);
  }
});

test("a group of 256, a GB18030 body, a Chinese group and a thread are among the mails", () => {
  const has = (claim: (email: Email) => boolean) => parsed.some(({ email }) => claim(email));
  const header = (email: Email, key: string) => email.headers.find((it) => it.key === key)?.value;

  assert.ok(has((email) => email.to?.length === 256));
  assert.ok(has((email) => email.text?.trim() === "收到，谢谢。"));
  assert.ok(
    has((email) => header(email, "x-telemessage-group_name")?.includes("=?UTF-8?B?") ?? false),
  );
  assert.ok(has((email) => header(email, "x-telemessage-thread_id") !== undefined));
  assert.ok(has((email) => header(email, "x-telemessage-network") === "WeCom"));
  assert.ok(has((email) => header(email, "x-telemessage-enc-datakey") !== undefined));
});

function participants({ from, to = [] }: Email): Address[] {
  assert.ok(from && to.length > 0);
  return [from, ...to];
}
