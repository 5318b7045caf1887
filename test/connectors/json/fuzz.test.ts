import assert from "node:assert/strict";
import { test } from "node:test";
import PostalMime from "postal-mime";
import { readJson } from "../../../shared/connectors/json/read-json.ts";
import { renderEmail } from "../../../shared/connectors/render/render-email.ts";
import { RejectedItemError } from "../../../shared/domain/errors.ts";
import type { Message } from "../../../shared/domain/message.ts";
import { fixtures, receivedAt } from "./fixtures.ts";
import { mutated, randomNumbers } from "./mutate.ts";

const cases = Number(process.env["FUZZ_CASES"] ?? 10_000);
const firstSeed = Number(process.env["FUZZ_SEED"] ?? 1);
/** Rendering costs ten times what reading does. */
const RENDERED = cases === 1 ? 1 : 10;
const name = "WeChat";

test(`${cases} items with something wrong in each end as messages or as refusals`, {
  timeout: 300_000,
}, async () => {
  const outcomes = { message: 0, refused: 0 };

  for (let seed = firstSeed; seed < firstSeed + cases; seed += 1) {
    try {
      const outcome = await play(seed);
      outcomes[outcome] += 1;
    } catch (cause) {
      const repeat = `FUZZ_SEED=${seed} FUZZ_CASES=1 node --test test/connectors/json/fuzz.test.ts`;
      throw new Error(`A case failed. Repeat it with: ${repeat}`, { cause });
    }
  }

  if (cases > 1) assert.ok(outcomes.message > cases / 2 && outcomes.refused > cases / 100);
});

async function play(seed: number): Promise<"message" | "refused"> {
  const random = randomNumbers(seed);
  const fixture = fixtures[Math.floor(random() * fixtures.length)];
  assert.ok(fixture);
  const message = readOrRefuse(mutated(fixture.bytes, random));
  if (!message) return "refused";

  assertWhole(message);
  if (seed % RENDERED === 0) await assertRenders(message);
  return "message";
}

function readOrRefuse(bytes: Uint8Array): Message | undefined {
  try {
    return readJson(bytes, { receivedAt, name });
  } catch (error) {
    assert.ok(error instanceof RejectedItemError, String(error));
    assert.ok(["malformed", "encrypted"].includes(error.code));
    return undefined;
  }
}

function assertWhole({ subject, sentAt, participants, attachments, notices, kind }: Message): void {
  assert.match(subject, /^[^\r\n\0]{1,250}$/u);
  assert.ok(sentAt === undefined || sentAt.getTime() <= receivedAt.getTime() + 86_400_000);
  for (const { role, name, number, address, handle } of participants) {
    assert.ok(role === "sender" || role === "recipient");
    assert.ok(name ?? number ?? address ?? handle);
  }
  for (const { name, size, content } of attachments) {
    assert.match(name, /^[^/\\\r\n\0]{1,255}$/u);
    assert.equal(size, content.length);
  }
  if (kind === "unknown") assert.ok(attachments.some((it) => it.name.startsWith("message")));
  assert.ok(notices.every((it) => it !== ""));
}

const EXPECTED =
  /^(subject|from|to|date|message-id|in-reply-to|references|mime-version|content-type|content-transfer-encoding|x-archive-[a-z-]+)$/;

async function assertRenders(message: Message): Promise<void> {
  const email = renderEmail(message, {
    connector: "fuzz",
    sourceItemId: "1",
    name,
    receivedAt,
    mapped: new Set(),
  });

  const parsed = await PostalMime.parse(email, { forceRfc822Attachments: true });

  for (const { key } of parsed.headers) assert.match(key, EXPECTED);
  assert.equal(parsed.attachments.length, message.attachments.length);
  for (const [at, { content }] of message.attachments.entries()) {
    assert.deepEqual(
      new Uint8Array(parsed.attachments[at]?.content as ArrayBuffer),
      Uint8Array.from(content),
    );
  }
}
