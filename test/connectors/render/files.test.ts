import assert from "node:assert/strict";
import { test } from "node:test";
import MailComposer from "nodemailer/lib/mail-composer";
import PostalMime from "postal-mime";
import { itemKey } from "../../../shared/domain/item-key.ts";
import type { Attachment } from "../../../shared/domain/message.ts";
import { attachment, message, render, rendered } from "./messages.ts";

async function filesOf(...attachments: Attachment[]) {
  const email = render(message({ attachments }));
  const parsed = await PostalMime.parse(email, { forceRfc822Attachments: true });
  return parsed.attachments.map(({ filename, mimeType, content }) => ({
    name: filename,
    contentType: mimeType,
    content: Buffer.from(content as ArrayBuffer),
  }));
}

test("every byte of every file survives, an empty file and one that is an email among them", async () => {
  const contents = [
    Buffer.alloc(0),
    Buffer.from(Uint8Array.from({ length: 100_000 }, (_, at) => at % 256)),
    Buffer.from("From: eve@contoso.com\n\n--=_archive\r\nbare LF and CRLF\n"),
    Buffer.from("\n\r\r\n"),
  ];
  const types = ["text/plain", "image/jpeg", "message/rfc822", "multipart/mixed"];

  const files = await filesOf(
    ...contents.map((content, at) => attachment({ content, contentType: types[at] ?? "" })),
  );

  assert.deepEqual(
    files.map((it) => it.content),
    contents,
  );
});

test("a view into a larger buffer is written, and nothing beside it", async () => {
  const content = new Uint8Array(Buffer.from("secret words secret").buffer.slice(0)).subarray(
    7,
    12,
  );

  const [file] = await filesOf(attachment({ content }));

  assert.equal(file?.content.length, 5);
});

test("file names of all scripts survive, and are written as RFC 2231 has it", async () => {
  const names = [
    "报价单 🚀.pdf",
    'a "quoted"; name.txt',
    "é".repeat(120),
    "%41'%42*.txt",
    "nome.tar.gz",
  ];

  const files = await filesOf(
    ...names.map((name) => attachment({ name, content: Buffer.from("x") })),
  );
  const email = rendered(
    message({ attachments: [attachment({ name: names[0] ?? "", content: Buffer.from("x") })] }),
  );

  assert.deepEqual(
    files.map((it) => it.name),
    names,
  );
  assert.match(email, /filename\*0\*=utf-8''%E6%8A%A5/);
});

test("a file name that looks like an encoded word is not decoded into another", async () => {
  const [file] = await filesOf(
    attachment({ name: "=?utf-8?q?evil=2Eexe?=.txt", content: Buffer.from("x") }),
  );

  assert.equal(file?.name, "=_utf-8?q?evil=2Eexe?=.txt");
});

test("a file that is an email or a multipart is no part of this email", async () => {
  const files = await filesOf(
    attachment({ contentType: "message/rfc822", content: Buffer.from("Subject: inner\r\n\r\nx") }),
    attachment({ contentType: "multipart/mixed; boundary=x", content: Buffer.from("--x--") }),
    attachment({ contentType: "not a type", content: Buffer.from("x") }),
  );

  assert.deepEqual(
    files.map((it) => it.contentType),
    Array.from({ length: 3 }, () => "application/octet-stream"),
  );
});

test("an email is put together as nodemailer's own composer does it, to the byte", async () => {
  const content = Buffer.from(Uint8Array.from({ length: 90_000 }, (_, at) => (at * 7) % 256));
  const picture = { name: "p.png", contentType: "image/png", contentId: "p@contoso.com" };
  const of = message({
    text: "Bonjour à tous\r\n".repeat(30),
    html: '<img src="cid:p@contoso.com">',
    attachments: [
      attachment({ name: "报价单.pdf", contentType: "application/pdf", content }),
      attachment({ ...picture, inline: true, content: content.subarray(0, 58) }),
    ],
  });
  const encoding = { contentTransferEncoding: "quoted-printable" };
  const [file, inline] = of.attachments;
  const composer = new MailComposer({
    from: { name: "Ann Example 15550100", address: "ann@contoso.com" },
    to: { name: "Bob Example 15550101", address: "15550101@wechat.invalid" },
    date: of.sentAt,
    messageId: "<x@archive.invalid>",
    text: { content: of.text ?? "", ...encoding },
    html: { content: of.html ?? "", ...encoding },
    attachments: [
      { filename: "报价单.pdf", contentType: "application/pdf", content: file?.content as Buffer },
      {
        filename: picture.name,
        contentType: picture.contentType,
        contentDisposition: "inline",
        cid: picture.contentId,
        content: inline?.content as Buffer,
      },
    ],
    boundaryPrefix: "=_archive",
    baseBoundary: itemKey("wechat", "m-1"),
  });

  const composed = (await composer.compile().build()).toString("latin1");
  const email = rendered(of, { format: "eml" });

  const parts = (whole: string) => whole.slice(whole.indexOf("MIME-Version"));
  assert.equal(parts(email), parts(composed));
});
