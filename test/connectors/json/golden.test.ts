import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { simpleParser } from "mailparser";
import { readJson } from "../../../shared/connectors/json/read-json.ts";
import { renderEmail } from "../../../shared/connectors/render/render-email.ts";
import { fixtures, folder, receivedAt } from "./fixtures.ts";

/** `UPDATE_GOLDEN=1 node --test test/connectors/json/golden.test.ts` writes them anew: read the difference. */
const isUpdate = process.env["UPDATE_GOLDEN"] === "1";

for (const { title, name, bytes } of fixtures) {
  test(`the JSON item ${title} becomes the email kept beside it`, () => {
    const golden = new URL(`${title}.eml`, folder);

    const message = readJson(bytes, { receivedAt, name });
    const email = renderEmail(message, {
      connector: "golden",
      sourceItemId: title,
      name,
      receivedAt,
      mapped: new Set(),
    });

    if (isUpdate) writeFileSync(golden, email);
    assert.equal(Buffer.from(email).toString("utf8"), readFileSync(golden, "utf8"));
  });

  test(`a mail client shows the email of ${title} whole`, async () => {
    const email = readFileSync(new URL(`${title}.eml`, folder));
    const message = readJson(bytes, { receivedAt, name });

    const shown = await simpleParser(email);

    assert.equal(shown.subject, message.subject);
    assert.equal(shown.attachments.length, message.attachments.length);
    assert.ok(typeof shown.html === "string" && shown.html.includes("<table"));
    const words = (text: string) => text.replace(/\s+/g, " ");
    assert.ok(words(shown.text ?? "").includes(words(message.text ?? "").trim()));
  });
}
