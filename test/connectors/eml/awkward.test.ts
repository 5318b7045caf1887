import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readEml } from "../../../shared/connectors/eml/read-eml.ts";
import { mailItem } from "../../../shared/connectors/mail-item.ts";
import { RejectedItemError } from "../../../shared/domain/errors.ts";
import { sha256 } from "../../../shared/domain/item-key.ts";
import type { MailItem } from "../../../shared/domain/mail-item.ts";
import { awkwardCases } from "../../fixtures/awkward/all-cases.ts";
import type { AwkwardCase } from "../../fixtures/awkward/awkward-case.ts";
import { mailContext, openedFiles, readContext, shownPeople, streamedMailItem } from "./reading.ts";

function assertShown(item: MailItem, awkward: AwkwardCase): void {
  const { shows = [], notes = [], subject, people } = awkward;
  for (const words of [...shows, ...notes]) {
    assert.ok(
      item.body.content.includes(words),
      `${words} not in ${item.body.content.slice(0, 500)}`,
    );
  }
  assert.equal(item.body.content.includes("Notes of the archive"), notes.length > 0);
  if (subject !== undefined) assert.equal(item.subject, subject);
  if (people) assert.deepEqual(shownPeople(item), people);
}

async function assertFiles(item: MailItem, { files = [] }: AwkwardCase): Promise<void> {
  const wanted = files.map(({ name, content }) => ({ name, sha256: sha256(content) }));
  assert.deepEqual(
    item.files.map(({ name, sha256 }) => ({ name, sha256 })),
    wanted,
  );
  assert.deepEqual(
    await openedFiles(item),
    wanted.map((it) => it.sha256),
  );
  for (const [at, { type, inline, content }] of files.entries()) {
    assert.equal(item.files[at]?.size, Buffer.from(content).length);
    assert.equal(item.files[at]?.contentType, type ?? item.files[at]?.contentType);
    assert.equal(item.files[at]?.inline, inline ?? item.files[at]?.inline);
  }
}

for (const awkward of awkwardCases) {
  test(`an awkward email is shown and its files are whole: ${awkward.name}`, async () => {
    const { email, rejected, unfit } = awkward;
    if (rejected) {
      const isRejected = (error: unknown) =>
        error instanceof RejectedItemError && error.code === rejected;
      await assert.rejects(mailItem(email, mailContext), isRejected);
      await assert.rejects(streamedMailItem(email), isRejected);
      return;
    }

    const { fit, why } = await readEml(email, readContext);
    const item = await mailItem(email, mailContext);

    assert.deepEqual({ fit, why }, { fit: unfit === undefined, why: unfit });
    assertShown(item, awkward);
    await assertFiles(item, awkward);
  });

  if (awkward.rejected) continue;
  test(`read in pieces, an awkward email is the same: ${awkward.name}`, async () => {
    const whole = await mailItem(awkward.email, mailContext);

    const streamed = await streamedMailItem(awkward.email);

    assert.deepEqual({ ...streamed, openFiles: undefined }, { ...whole, openFiles: undefined });
    assert.deepEqual(await openedFiles(streamed), await openedFiles(whole));
  });
}

test("the awkward emails that lie in files are those that are tested", () => {
  const folder = join(import.meta.dirname, "../../fixtures/awkward/emails");

  const files = readdirSync(folder).filter((it) => it.endsWith(".eml"));

  assert.deepEqual(files.sort(), awkwardCases.map((it) => `${it.name}.eml`).sort());
  for (const { name, email } of awkwardCases) {
    assert.ok(readFileSync(join(folder, `${name}.eml`)).equals(email), `${name}: run make.ts`);
  }
});
