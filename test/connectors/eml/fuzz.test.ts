import assert from "node:assert/strict";
import { test } from "node:test";
import { splitLimits } from "../../../shared/connectors/eml/split.ts";
import { isWellFormedAddress } from "../../../shared/connectors/mail-address.ts";
import { mailItem } from "../../../shared/connectors/mail-item.ts";
import { RejectedItemError } from "../../../shared/domain/errors.ts";
import type { MailItem } from "../../../shared/domain/mail-item.ts";
import { awkwardCases } from "../../fixtures/awkward/all-cases.ts";
import { assertHarmless } from "../harmless-html.ts";
import { randomNumbers } from "../json/mutate.ts";
import { mutated } from "./mutate.ts";
import { mailContext, openedFiles, streamedMailItem } from "./reading.ts";

const CASES = 12_000;
const BATCH = 1_000;
const only = process.env["FUZZ_SEED"];

/** Large ones only cost time: what they are made of is in the small ones, too. */
const emails = awkwardCases.map((it) => it.email).filter((it) => it.length < 20_000);

/** Everything that Graph would refuse, or that could do harm in a mailbox. */
function assertAcceptable(item: MailItem): void {
  const { subject, from, to, headers, files, body, conversationTopic = "" } = item;
  const line = /^[^\r\n\0]{0,255}$/u;
  assert.match(subject, /^[^\r\n\0]{1,255}$/u);
  assert.match(conversationTopic, line);
  for (const { name = "", address } of [from, ...to]) {
    assert.match(name, line);
    assert.ok(isWellFormedAddress(address), address);
  }
  assert.ok(to.length <= 500 && headers.length <= 5 && files.length <= splitLimits.parts + 1);
  for (const { name, value } of headers)
    assert.match(`${name}: ${value}`, /^x-[!-9;-~]+: [ -~]{1,995}$/);
  for (const { name, contentType } of files) {
    assert.match(name, /^(?!\.{1,2}$)[^/\\\p{Cc}\uD800-\uDFFF]{1,255}$/u);
    assert.match(contentType, /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(; charset=utf-8)?$/);
  }
  assert.equal(new Set(files.map((it) => it.name.toLowerCase())).size, files.length);
  assert.ok(
    Buffer.byteLength(JSON.stringify(body.content)) <= 3_000_000 && body.content.isWellFormed(),
  );
  if (body.type === "html") assertHarmless(body.content);
  assert.ok(!Number.isNaN(item.at.getTime()));
}

async function read(reading: Promise<MailItem>) {
  try {
    const item = await reading;
    return {
      item: { ...item, openFiles: undefined },
      opened: await openedFiles(item),
      whole: item,
    };
  } catch (error) {
    if (!(error instanceof RejectedItemError)) throw error;
    assert.ok(error.code === "malformed" || error.code === "encrypted", error.code);
    return { rejected: error.code };
  }
}

async function tryOut(seed: number): Promise<void> {
  const random = randomNumbers(seed);
  const pick = () => emails[Math.floor(random() * emails.length)] ?? new Uint8Array();
  const email = mutated(pick(), pick(), random);

  const whole = await read(mailItem(email, mailContext));
  const streamed = await read(streamedMailItem(email, 1 + Math.floor(random() * 5_000)));

  assert.deepEqual({ ...streamed, whole: undefined }, { ...whole, whole: undefined });
  if (!whole.whole) return;
  assertAcceptable(whole.whole);
  assert.deepEqual(
    whole.opened,
    whole.whole.files.map((it) => it.sha256),
  );
}

async function tryOutNamed(seed: number): Promise<void> {
  try {
    await tryOut(seed);
  } catch (error) {
    const again = `FUZZ_SEED=${seed} npx node --test test/connectors/eml/fuzz.test.ts`;
    throw new Error(`Seed ${seed} fails. To repeat it: ${again}`, { cause: error });
  }
}

if (only !== undefined) {
  test(`the changed email of seed ${only} is read whole and in pieces alike`, () =>
    tryOutNamed(Number(only)));
} else {
  for (let first = 0; first < CASES; first += BATCH) {
    test(`changed at will, an email is imported or set aside with a code: seeds ${first} to ${first + BATCH - 1}`, async () => {
      for (let seed = first; seed < first + BATCH; seed += 1) await tryOutNamed(seed);
    });
  }
}
