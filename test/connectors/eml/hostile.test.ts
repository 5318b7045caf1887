import assert from "node:assert/strict";
import { test } from "node:test";
import { mailItem } from "../../../shared/connectors/mail-item.ts";
import { RejectedItemError } from "../../../shared/domain/errors.ts";
import { sha256 } from "../../../shared/domain/item-key.ts";
import { email, HEAD, multipart, TEXT } from "../../fixtures/awkward/awkward-case.ts";
import { randomNumbers } from "../json/mutate.ts";
import { mailContext, openedFiles, streamedMailItem } from "./reading.ts";

const NOON = "See you at noon";

function nested(levels: number): Uint8Array {
  const heads = Array.from({ length: levels }, (_, n) => [
    `Content-Type: multipart/mixed; boundary=n${n}`,
    "",
    `--n${n}`,
  ]);
  return email(...HEAD, ...heads.flat(), ...TEXT);
}

/** Read whole; read in pieces it must be the same. */
async function read(bytes: Uint8Array) {
  const item = await mailItem(bytes, mailContext);
  const streamed = await streamedMailItem(bytes, 40_000);
  assert.deepEqual({ ...streamed, openFiles: undefined }, { ...item, openFiles: undefined });
  assert.deepEqual(
    await openedFiles(streamed),
    item.files.map((it) => it.sha256),
  );
  return item;
}

test("ten thousand headers, a thousand parts and a hundred levels are read without a word", async () => {
  const headers = Array.from({ length: 10_000 }, (_, n) => `X-Trace-${n}: hop after hop`);
  const parts = Array.from({ length: 1_000 }, (_, n) => ["Content-Type: image/png", "", `${n}`]);

  const many = await read(email(...headers, ...HEAD, "", NOON));
  const wide = await read(multipart("multipart/mixed", TEXT, ...parts));
  const deep = await read(nested(100));

  assert.equal(wide.files.length, 1_000);
  for (const item of [many, wide, deep]) assert.equal(item.body.content, NOON);
});

test("an email of a thousand levels is imported, and what lies too deep is attached", async () => {
  const item = await read(nested(1_000));

  assert.match(item.body.content, /nested more deeply than can be read.*parts\.mime/s);
  assert.equal(item.files[0]?.name, "parts.mime");
  assert.ok((item.files[0]?.size ?? 0) > 800 * 40);
});

test("an email of a million headers is imported, and those beyond the limit are attached", async () => {
  const headers = "X-A: b\r\n".repeat(1_000_000);

  const item = await read(Buffer.from(`${HEAD.join("\r\n")}\r\n${headers}\r\n${NOON}`));

  assert.equal(item.subject, "Lunch");
  assert.match(item.body.content, new RegExp(`^${NOON}`));
  assert.deepEqual(
    item.files.map(({ name, contentType }) => ({ name, contentType })),
    [{ name: "headers.txt", contentType: "text/rfc822-headers" }],
  );
  assert.ok((item.files[0]?.size ?? 0) > 5_000_000);
});

test("an email of twenty thousand parts is imported, and those beyond the limit are one file", async () => {
  const parts = Array.from({ length: 20_000 }, (_, n) => ["Content-Type: image/png", "", `${n}`]);
  const bytes = multipart("multipart/mixed", TEXT, ...parts);

  const item = await read(bytes);

  const rest = item.files.at(-1);
  const from = Buffer.from(bytes).indexOf("--b\r\nContent-Type: image/png\r\n\r\n9998\r\n");
  assert.equal(rest?.name, "parts.mime");
  assert.equal(rest?.sha256, sha256(Buffer.from(bytes).subarray(from)));
});

test("a line break in a header's value makes no header of its own anywhere", async () => {
  const word = (text: string) => `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;
  const evil = word("x\r\nBcc: carol@contoso.com");
  const item = await read(
    multipart(
      "multipart/mixed\r\nFrom: " +
        `${evil} <ann@contoso.com>\r\nSubject: ${evil}\r\nX-TELEMESSAGE-GROUP_NAME: ${evil}\r\nX-TELEMESSAGE-ArchiveMessageID: ${evil}`,
      TEXT,
      [`Content-Type: image/png; name="${evil}"`, "", "PNG"],
    ),
  );

  const lines = [
    item.subject,
    item.conversationTopic,
    ...[item.from, ...item.to].flatMap((it) => [it.name, it.address]),
    ...item.headers.flatMap((it) => [it.name, it.value]),
    ...item.files.map((it) => it.name),
  ];
  for (const line of lines) assert.doesNotMatch(line ?? "", /[\r\n\0]/);
});

test("bytes without any sense are set aside as malformed, or shown", async () => {
  const random = randomNumbers(7);
  for (let n = 0; n < 300; n += 1) {
    const noise = Buffer.from(
      Array.from({ length: 1 + Math.floor(random() * 2_000) }, () => random() * 256),
    );

    await mailItem(noise, mailContext).catch((error: unknown) => {
      assert.ok(error instanceof RejectedItemError && error.code === "malformed");
    });
  }
});

test("a rejection names fixed words, never what stands in the email", async () => {
  const secret = email(...HEAD, "X-TELEMESSAGE-ENC-KEY-ID: 15550100", "", "secret");

  await assert.rejects(mailItem(secret, mailContext), (error: unknown) => {
    assert.ok(error instanceof RejectedItemError);
    assert.equal(error.message, "Rejected: encrypted (x-telemessage-enc)");
    return true;
  });
});
