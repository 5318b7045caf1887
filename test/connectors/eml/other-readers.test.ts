import assert from "node:assert/strict";
import { test } from "node:test";
import { simpleParser } from "mailparser";
import PostalMime from "postal-mime";
import { readEml } from "../../../shared/connectors/eml/read-eml.ts";
import { sha256 } from "../../../shared/domain/item-key.ts";
import { awkwardCases } from "../../fixtures/awkward/all-cases.ts";
import { readContext } from "./reading.ts";

/** What another reader makes of it, where we differ on purpose. */
const POSTAL_MIME: Readonly<Record<string, string>> = {
  "boundary-not-named": "finds no part",
  "charset-hz": "shows it wrongly, and says nothing",
  "charset-unknown": "shows it wrongly, and says nothing",
  "journal-report": "shows the envelope",
  "journal-report-without-its-header": "shows the envelope",
  "lines-ended-by-cr-in-a-multipart": "finds no part",
  "parts-after-the-final-boundary": "drops them",
  "text-with-a-name-as-the-whole-body": "drops the name",
  "type-that-is-empty": "shows no text",
  "type-without-a-slash": "shows no text",
  "uuencode-as-the-encoding": "leaves it encoded",
};
const MAILPARSER: Readonly<Record<string, string>> = {
  ...POSTAL_MIME,
  "base64-with-padding-between": "garbles what follows",
  "boundary-with-blanks-behind-it": "finds no part",
  "delivery-status": "makes the status part of the text",
  digest: "joins the emails to one text",
  "final-boundary-cut-short": "takes it for whole",
  "inner-multiparts-never-closed": "finds no file",
};

/** The files' bytes, but for the line ends that those readers rewrite. */
function contents(files: readonly { content: Uint8Array | ArrayBuffer | string }[]): string[] {
  const plain = (it: Uint8Array | ArrayBuffer | string) =>
    Buffer.from(it as Uint8Array)
      .toString("latin1")
      .replace(/\r\n?/g, "\n")
      .trimEnd();
  return files.map((it) => sha256(plain(it.content))).sort();
}

for (const { name, email, rejected } of awkwardCases) {
  if (rejected) continue;
  test(`two other readers find the same files: ${name}`, async () => {
    const { message } = await readEml(email, readContext);
    const ours = contents(message.attachments);

    if (!(name in POSTAL_MIME)) {
      const { attachments } = await PostalMime.parse(email, { forceRfc822Attachments: true });
      assert.deepEqual(contents(attachments), ours);
    }
    if (!(name in MAILPARSER)) {
      const { attachments } = await simpleParser(Buffer.from(email), { skipImageLinks: true });
      assert.deepEqual(contents(attachments), ours);
    }
  });
}
