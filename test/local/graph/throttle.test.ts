import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientRequest, request } from "node:http";
import { type TestContext, test } from "node:test";
import { archived, file, standIn } from "./client.ts";

const INBOX = "/users/ann@contoso.com/mailFolders/inbox/messages";

/** Begins a create and holds its body back; resolves once the stand-in has taken the request in. */
async function begin(t: TestContext, url: string): Promise<{ end(): Promise<number> }> {
  const body = JSON.stringify(archived("held"));
  const pending: ClientRequest = request(`${url}/v1.0${INBOX}`, {
    method: "POST",
    agent: false,
    headers: {
      Authorization: "Bearer token",
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(body),
      Expect: "100-continue",
    },
  });
  t.after(() => pending.destroy());
  pending.flushHeaders();
  await once(pending, "continue");
  return {
    async end() {
      pending.end(body);
      const [response] = await once(pending, "response");
      response.resume();
      await once(response, "end");
      return response.statusCode;
    },
  };
}

test("a fifth request at once in one mailbox is throttled, in another it is served", async (t) => {
  const graph = await standIn(t);
  const held = await Promise.all(Array.from({ length: 4 }, () => begin(t, graph.url)));

  const fifth = await graph.get(INBOX);
  const other = await graph.get("/users/bob@contoso.com/mailFolders/inbox");
  const statuses = await Promise.all(held.map((pending) => pending.end()));
  const later = await graph.get(INBOX);

  assert.equal(fifth.status, 429);
  assert.equal(fifth.body.error.code, "ApplicationThrottled");
  assert.match(fifth.body.error.message, /MailboxConcurrency/);
  assert.equal(fifth.headers.get("retry-after"), "1");
  assert.equal(other.status, 200);
  assert.deepEqual(statuses, [201, 201, 201, 201]);
  assert.equal(later.status, 200);
});

test("a client that goes away in the middle of a request leaves its place", async (t) => {
  const graph = await standIn(t, { limits: { concurrentRequests: 1 } });
  const pending = request(`${graph.url}/v1.0${INBOX}`, {
    method: "POST",
    agent: false,
    headers: { Authorization: "Bearer token", "Content-Length": 10, Expect: "100-continue" },
  });
  pending.on("error", () => {});
  pending.flushHeaders();
  await once(pending, "continue");

  pending.destroy();
  let status = 429;
  while (status === 429) {
    status = (await graph.get(INBOX)).status;
  }

  assert.equal(status, 200);
});

test("requests to the directory do not count as the mailbox's", async (t) => {
  const graph = await standIn(t, { limits: { concurrentRequests: 0 } });

  const user = await graph.get("/users/ann@contoso.com");
  const mail = await graph.get(INBOX);

  assert.equal(user.status, 200);
  assert.equal(mail.status, 429);
});

test("too many requests in ten minutes are throttled until the oldest are past, and the refused count too", async (t) => {
  let now = Date.parse("2026-05-01T10:00:00Z");
  const graph = await standIn(t, {
    now: () => new Date(now),
    limits: { requestsPer10Minutes: 2 },
  });

  const first = await graph.get(INBOX);
  const second = await graph.get(INBOX);
  const third = await graph.get(INBOX);
  now += 605_000;
  const tooSoon = await graph.get(INBOX);
  now += 1_300_000;
  const later = await graph.get(INBOX);

  assert.deepEqual([first.status, second.status, third.status], [200, 200, 429]);
  assert.equal(third.headers.get("retry-after"), "610");
  assert.equal(tooSoon.status, 429);
  assert.equal(later.status, 200);
});

test("too many bytes in five minutes are throttled, and the answer says for how long", async (t) => {
  let now = Date.parse("2026-05-01T10:00:00Z");
  const graph = await standIn(t, {
    now: () => new Date(now),
    limits: { uploadBytesPer5Minutes: 4000 },
  });
  const large = archived("k1", { attachments: [file("a.txt", "x".repeat(2000))] });

  const first = await graph.post(INBOX, large);
  now += 60_000;
  const second = await graph.post(INBOX, large);
  const read = await graph.get(INBOX);
  now += Number(second.headers.get("retry-after")) * 1000;
  const third = await graph.post(INBOX, large);

  assert.equal(first.status, 201);
  assert.equal(second.status, 429);
  assert.match(second.body.error.message, /IncomingBytes/);
  assert.equal(second.headers.get("retry-after"), "245");
  assert.equal(read.status, 200);
  assert.equal(third.status, 201);
});
