import assert from "node:assert/strict";
import { test } from "node:test";
import { EXCHANGE_LIMITS, meter } from "../../../bench/model/exchange-limits.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const MB = 1_000_000;
/** None of them is in the way unless a test says so. */
const wide = { requestsAtOnce: 1e9, requestsPer10Minutes: 1e9, bytesPer5Minutes: 1e12 };

test("the limits are those that Microsoft publishes", () => {
  assert.deepEqual(EXCHANGE_LIMITS, {
    requestsAtOnce: 4,
    requestsPer10Minutes: 10_000,
    bytesPer5Minutes: 150 * MB,
  });
});

test("a fifth request at once is refused until one of the four has left", () => {
  const mailbox = meter();

  const answers = [0, 0, 0, 0, 0].map(() => mailbox.enter(0, 0));
  mailbox.leave();

  assert.deepEqual(answers, [0, 0, 0, 0, SECOND]);
  assert.equal(mailbox.enter(0, 0), 0);
  assert.equal(mailbox.enter(0, 0), SECOND);
});

test("of requests so many fit into any ten minutes, and no more", () => {
  const mailbox = meter({ ...wide, requestsPer10Minutes: 3 });

  const early = [0, 1, 2].map((at) => mailbox.enter(0, at * MINUTE));
  const full = mailbox.enter(0, 3 * MINUTE);

  assert.deepEqual(early, [0, 0, 0]);
  assert.ok(full > 0);
  assert.equal(mailbox.enter(0, 3 * MINUTE + full), 0);
});

test("refused requests count, and whoever comes again when told to is let in", () => {
  const mailbox = meter({ ...wide, requestsPer10Minutes: 3 });
  for (const at of [0, 1, 2]) mailbox.enter(0, at * MINUTE);

  const waitMs = mailbox.enter(0, 3 * MINUTE);

  // At 10:00 the first is forgotten, but the refused one stands in its place.
  assert.equal(waitMs, 8 * MINUTE);
  assert.equal(mailbox.enter(0, 11 * MINUTE), 0);
});

test("who does not wait is refused for longer and longer", () => {
  const mailbox = meter({ ...wide, requestsPer10Minutes: 2 });
  for (const at of [0, 1]) mailbox.enter(0, at * SECOND);

  const until = [2, 3, 4].map((at) => at * SECOND + mailbox.enter(0, at * SECOND));

  assert.deepEqual(
    until,
    [601, 602, 603].map((at) => at * SECOND),
  );
});

test("of bytes so many fit into any five minutes", () => {
  const mailbox = meter();

  assert.equal(mailbox.enter(100 * MB, 0), 0);
  assert.equal(mailbox.enter(50 * MB, MINUTE), 0);
  assert.equal(mailbox.enter(MB, 2 * MINUTE), 3 * MINUTE);
  // Reading is not held up by what was written.
  assert.equal(mailbox.enter(0, 2 * MINUTE), 0);
  assert.equal(mailbox.enter(100 * MB, 5 * MINUTE), 0);
  assert.equal(mailbox.enter(MB, 5 * MINUTE), MINUTE);
});

test("bytes that were refused were not written", () => {
  const mailbox = meter({ ...wide, bytesPer5Minutes: 10 });

  mailbox.enter(8, 0);
  assert.ok(mailbox.enter(8, 0) > 0);

  assert.equal(mailbox.enter(2, 0), 0);
});

test("a long run is metered as exactly as a short one", () => {
  const mailbox = meter({ ...wide, requestsPer10Minutes: 1_000 });
  let nowMs = 0;

  const refused = Array.from({ length: 20_000 }, () => {
    const waitMs = mailbox.enter(0, nowMs);
    nowMs += MINUTE / 100;
    return waitMs;
  }).filter((waitMs) => waitMs > 0);

  // A hundred a minute are a thousand in ten: exactly the limit.
  assert.deepEqual(refused, []);
  assert.ok(mailbox.enter(0, nowMs - 1) > 0);
});
