import assert from "node:assert/strict";
import { test } from "node:test";
import PostalMime from "postal-mime";
import { attachment, message, render } from "./messages.ts";

const headers = [
  { name: "X-TELEMESSAGE-ArchiveMessageID", value: "tm-1" },
  { name: "X-TELEMESSAGE-GROUP_NAME", value: "项目组" },
];
const leftOut = [{ name: "film.mp4", size: 20_971_520, sha256: "ab".repeat(32) }];

async function again(fields: Parameters<typeof message>[0], options: object = {}) {
  const email = render(message({ headers, ...fields }), { format: "eml", ...options });
  return PostalMime.parse(email);
}

test("an email that is rendered anew keeps its text, its HTML and its headers", async () => {
  const html = "<html><body><p>As <b>received</b></p></body></html>";

  const email = await again({ text: "As received", html });

  assert.equal(email.text?.trimEnd(), "As received");
  assert.equal(email.html?.trimEnd(), html);
  for (const { name, value } of headers) {
    const kept = email.headers.find((it) => it.originalKey === name);
    assert.ok(kept, name);
    if (value.startsWith("tm")) assert.equal(kept.value, value);
  }
});

test("what was left out of it, and what is to be noted, is added to text and HTML", async () => {
  const html = "<html><body><p>As received</p></body></html>";
  const fields = { text: "As received", html, notices: ["Noted."] };

  const email = await again(fields, { leftOut });

  for (const body of [email.text, email.html]) {
    assert.match(body ?? "", /As received[\s\S]*film\.mp4[\s\S]*Noted\./);
  }
  assert.match(email.html ?? "", /Noted\.[\s\S]*<\/body><\/html>\s*$/);
});

test("an email without any body gets one where there is something to say", async () => {
  const { text: _, ...bodiless } = message();

  const email = await PostalMime.parse(render(bodiless, { format: "eml", leftOut }));

  assert.match(email.text ?? "", /film\.mp4/);
});

test("pictures inside its HTML stay inside", async () => {
  const picture = attachment({
    name: "p.png",
    contentType: "image/png",
    inline: true,
    contentId: "p1@contoso.com",
    content: Buffer.from("picture"),
  });

  const email = await again({ html: '<img src="cid:p1@contoso.com">', attachments: [picture] });

  assert.equal(email.attachments[0]?.contentId, "<p1@contoso.com>");
  assert.equal(email.attachments[0]?.related, true);
});
