import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { catalogue } from "../../shared/connectors/catalogue.ts";
import { readJson } from "../../shared/connectors/json/read-json.ts";
import { renderEmail } from "../../shared/connectors/render/render-email.ts";

const folder = new URL("../fixtures/connectors/", import.meta.url);
const receivedAt = new Date("2026-11-20T05:00:00Z");

/** `UPDATE_GOLDEN=1 node --test test/connectors/catalogue-golden.test.ts` writes them anew: read the difference. */
const isUpdate = process.env["UPDATE_GOLDEN"] === "1";

for (const { type, name, content } of catalogue) {
  for (const kind of content) {
    const sample = new URL(`${type}/${kind}.json`, folder);
    if (!existsSync(sample)) continue;

    test(`${name}: the JSON sample of ${kind} becomes the email kept beside it`, () => {
      const golden = new URL(`${type}/${kind}.rendered.eml`, folder);

      const message = readJson(readFileSync(sample), { receivedAt, name });
      const rendering = { connector: "golden", sourceItemId: `${type}/${kind}`, name, receivedAt };
      const email = renderEmail(message, { ...rendering, mapped: new Set() });

      if (isUpdate) writeFileSync(golden, email);
      assert.equal(Buffer.from(email).toString("utf8"), readFileSync(golden, "utf8"));
    });
  }
}
