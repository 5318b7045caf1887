import assert from "node:assert/strict";
import { test } from "node:test";
import PostalMime from "postal-mime";
import type { Participant } from "../../../shared/domain/message.ts";
import { attachment, message, receivedAt, render, rendered } from "./messages.ts";

const parse = async (...args: Parameters<typeof render>) =>
  PostalMime.parse(render(...args), { forceRfc822Attachments: true });

test("the same message becomes the same bytes", () => {
  const files = [attachment({ content: Buffer.from("x") })];

  assert.deepEqual(
    render(message({ attachments: files })),
    render(message({ attachments: files })),
  );
});

test("the reader sees who, to whom, when, where, the text, its files and what is not as it should be", async () => {
  const of = message({
    conversation: { group: true, id: "g-7", name: "Deal team" },
    call: { status: "Missed", durationSeconds: 3_725 },
    original: { id: "m-0" },
    details: [{ label: "Event", value: "Join" }],
    attachments: [
      attachment({ name: "a.txt", contentType: "text/plain", content: Buffer.alloc(12_345) }),
    ],
    notices: ["Something is not as it should be."],
  });

  const { text, html } = await parse(of);

  assert.equal(
    text,
    [
      "From: Ann Example 15550100 <ann@contoso.com>",
      "To: Bob Example 15550101",
      "Time: 2026-11-19 09:00:00.123 UTC",
      "Conversation: Deal team",
      "Network: WeChat",
      "Call: Missed",
      "Duration: 1:02:05",
      "Original message: m-0",
      "Event: Join",
      "Message ID: m-1",
      "",
      "Hello",
      "",
      "Files:",
      "  a.txt (text/plain, 12,345 bytes)",
      "",
      "Notes of the archive:",
      "  Something is not as it should be.",
      "",
    ].join("\n"),
  );
  for (const shown of ["Deal team", "1:02:05", "Hello", "12,345 bytes", "not as it should be"]) {
    assert.ok(html?.includes(shown), shown);
  }
});

test("names and numbers stand in the display name as TeleMessage has it, the address is the corporate one", async () => {
  const { from, to } = await parse(message());

  assert.deepEqual(from, { name: "Ann Example 15550100", address: "ann@contoso.com" });
  assert.deepEqual(to, [{ name: "Bob Example 15550101", address: "15550101@wechat.invalid" }]);
});

test("a message without a sender is from UNKNOWN, and one without recipients names none", async () => {
  const { from, to } = await parse(message({ participants: [] }));

  assert.deepEqual(from, { name: "UNKNOWN", address: "unknown@wechat.invalid" });
  assert.equal(to, undefined);
});

test("a message without a time of its own has the received one, and says so", async () => {
  const { sentAt: _, ...timeless } = message();
  const { date, text, headers } = await parse(timeless);

  assert.equal(date, receivedAt.toISOString());
  assert.match(text ?? "", /^Time: 2026-11-20 05:00:00 UTC \(when it was received\)$/m);
  assert.equal(headers.find((it) => it.key === "x-archive-time-from")?.value, "received");
});

test("no line break that somebody wrote begins a header or a part", async () => {
  const evil = "x\r\nBcc: eve@contoso.com\r\n\r\n<script>";
  const participants: Participant[] = [
    { role: "sender", name: evil, handle: evil },
    { role: "recipient", address: "bob@contoso.com\r\nBcc: eve@contoso.com" },
  ];
  const of = message({
    subject: evil,
    participants,
    id: evil,
    original: { id: evil },
    conversation: { group: true, id: evil, name: evil },
    headers: [
      { name: "X-TELEMESSAGE-SID", value: evil },
      { name: "X-Evil\r\nBcc", value: "eve@contoso.com" },
      { name: "Bcc", value: "eve@contoso.com" },
      { name: "Content-Type", value: "text/html" },
    ],
    attachments: [attachment({ name: evil, contentType: evil, content: Buffer.from("x") })],
  });

  const { headers, bcc, attachments } = await parse(of, { sourceItemId: evil });

  assert.equal(bcc, undefined);
  assert.ok(
    headers.every((it) =>
      /^(x-|subject|from|to|date|message-id|in-reply-to|references|mime|content-type)/.test(it.key),
    ),
  );
  assert.deepEqual(headers.filter((it) => it.key === "content-type").length, 1);
  assert.equal(attachments[0]?.mimeType, "application/octet-stream");
});

test("a text cannot write the boundary between parts, though the boundary can be foreseen", async () => {
  const boundary = /boundary="([^"]+)"/.exec(rendered(message()))?.[1];
  const text = `--${boundary}\r\nContent-Type: text/plain\r\n\r\nforged\r\n--${boundary}--`;

  const email = await parse(message({ text }));

  assert.ok(boundary);
  assert.ok(email.text?.includes(text.replaceAll("\r\n", "\n")));
  assert.equal(email.attachments.length, 0);
});

test("what looks like an encoded word, and what has no place to fold, reads back as it was given", async () => {
  const subject = "=?utf-8?q?not_encoded?= WeChat message";
  const value = "v".repeat(3_000);
  const of = message({ subject, headers: [{ name: "X-TELEMESSAGE-SID", value }] });

  const email = rendered(of);
  const parsed = await parse(of);

  assert.equal(parsed.subject, subject);
  assert.ok(email.split("\r\n").every((line) => line.length <= 998));
});

test("header names keep the spelling that they were received with", () => {
  const headers = [{ name: "X-TELEMESSAGE-OriginalMesageIntegrity", value: "abc" }];

  assert.match(rendered(message({ headers })), /^X-TELEMESSAGE-OriginalMesageIntegrity: abc\r$/m);
});

test("an edit answers its original, and all of a chat refer to one thing", async () => {
  const original = await parse(message(), { sourceItemId: "m-0" });
  const edit = await parse(message({ kind: "edit", original: { id: "m-0" } }));

  assert.equal(edit.inReplyTo, original.messageId);
  assert.ok(edit.references?.endsWith(original.messageId ?? "?"));
  assert.equal(edit.references?.split(" ")[0], original.references);
});

test("markup in a text, a name or a notice shows as what was written", async () => {
  const evil = '<img src=x onerror="alert(1)">&amp;';
  const of = message({
    text: `${evil}\n  indented`,
    conversation: { group: true, name: evil },
    notices: [evil],
    details: [{ label: evil, value: evil }],
    participants: [{ role: "sender", name: evil }],
  });

  const { html } = await parse(of);

  assert.doesNotMatch(html ?? "", /<img/);
  assert.ok(html?.includes("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;amp;<br>"));
  assert.ok(html?.includes("&nbsp;&nbsp;indented"));
});

test("above 500 recipients the mapped ones are named, and everyone stands in the body", async () => {
  const participants = Array.from(
    { length: 900 },
    (_, at): Participant => ({ role: "recipient", number: `${20_000_000 + at}` }),
  );
  const mapped = new Set(participants.slice(-50));

  const { to, text } = await parse(message({ participants }), { mapped });

  assert.equal(to?.length, 500);
  assert.deepEqual(
    to?.map((it) => it.name),
    [...participants.slice(0, 450), ...mapped].map((it) => it.number),
  );
  for (const { number } of participants) assert.ok(text?.includes(number ?? "?"));
});

test("of more than 500 mapped recipients the first 500 are named", async () => {
  const participants = Array.from(
    { length: 600 },
    (_, at): Participant => ({ role: "recipient", number: `${20_000_000 + at}` }),
  );

  const { to } = await parse(message({ participants }), { mapped: new Set(participants) });

  assert.equal(to?.length, 500);
  assert.equal(to?.at(-1)?.name, "20000499");
});

test("files left out are named with their size and SHA-256", async () => {
  const leftOut = [{ name: "film.mp4", size: 20_971_520, sha256: "ab".repeat(32) }];

  const { text, html } = await parse(message(), { leftOut });

  for (const body of [text, html]) {
    assert.ok(body?.includes(`film.mp4 (20,971,520 bytes, SHA-256 ${"ab".repeat(32)})`));
  }
});
