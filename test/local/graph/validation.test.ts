import assert from "node:assert/strict";
import { test } from "node:test";
import { archived, file, standIn } from "./client.ts";

const INBOX = "/users/ann@contoso.com/mailFolders/inbox/messages";

for (const [what, message] of [
  ["an unknown property", { subjet: "Hello" }],
  ["an unknown property of a recipient", { toRecipients: [{ address: "bob@contoso.com" }] }],
  ["an unknown property of an address", { from: { emailAddress: { mail: "bob@contoso.com" } } }],
  ["an unknown property of the body", { body: { type: "html", content: "" } }],
  ["a number for a text", { subject: 7 }],
  ["a text for a boolean", { isRead: "true" }],
  ["a lone value for a list", { categories: "WeChat" }],
  ["null for a list", { toRecipients: null }],
  ["an unknown body type", { body: { contentType: "markdown", content: "" } }],
  ["a date that is none", { receivedDateTime: "yesterday" }],
  ["an attachment without its type", { attachments: [{ name: "a", contentBytes: "" }] }],
  [
    "an attachment whose bytes are no base64",
    { attachments: [{ ...file("a"), contentBytes: "*" }] },
  ],
  ["an unknown property of an attachment", { attachments: [{ ...file("a"), sha256: "" }] }],
] as const) {
  test(`a message with ${what} is refused`, async (t) => {
    const graph = await standIn(t);

    const reply = await graph.post(INBOX, message);

    assert.equal(reply.status, 400);
    assert.equal(reply.body.error.code, "RequestBodyRead");
  });
}

test("an unknown property is named in the refusal", async (t) => {
  const graph = await standIn(t);

  const reply = await graph.post(INBOX, { toRecipient: [] });

  assert.match(
    reply.body.error.message,
    /'toRecipient' does not exist on type 'microsoft.graph.message'/,
  );
});

test("an unknown property of a folder is refused", async (t) => {
  const graph = await standIn(t);

  const reply = await graph.post("/users/ann@contoso.com/mailFolders", { name: "WeChat Archiver" });

  assert.equal(reply.body.error.code, "RequestBodyRead");
});

test("an enumeration may be written in any case and is answered in one", async (t) => {
  const graph = await standIn(t);

  const reply = await graph.post(INBOX, { body: { contentType: "HTML", content: "<p>Hi</p>" } });

  assert.deepEqual(reply.body.body, { contentType: "html", content: "<p>Hi</p>" });
});

for (const body of ["", "[]", "{", '"text"']) {
  test(`a body that reads ${body || "nothing"} is refused`, async (t) => {
    const graph = await standIn(t);

    const reply = await graph.raw(`/v1.0${INBOX}`, {
      method: "POST",
      headers: { Authorization: "Bearer token", "Content-Type": "application/json" },
      body,
    });

    assert.equal(reply.status, 400);
  });
}

test("what Graph offers and the stand-in does not is said, not passed over", async (t) => {
  const graph = await standIn(t);
  const item = { "@odata.type": "#microsoft.graph.itemAttachment", name: "a" };

  const attachment = await graph.post(INBOX, { attachments: [item] });
  const extension = await graph.post(INBOX, archived("k1", { extensions: [] }));

  assert.equal(attachment.status, 501);
  assert.equal(extension.status, 501);
});
