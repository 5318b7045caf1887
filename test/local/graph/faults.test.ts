import assert from "node:assert/strict";
import { test } from "node:test";
import { type FaultRule, faults, readFaultScript } from "../../../local/graph/faults.ts";
import { ANN, archived, BOB, type Client, file, filter, IMMUTABLE, standIn } from "./client.ts";

const MAILBOX = "/users/ann@contoso.com";
const INBOX = `${MAILBOX}/mailFolders/inbox/messages`;
const once = (rule: FaultRule) => ({ rules: [{ times: 1, ...rule }] });
const kept = async (graph: Client) => (await graph.control.messages("ann@contoso.com")).length;

test("a 429 by script carries its Retry-After, and nothing was written", async (t) => {
  const faulty = once({ kind: "status", status: 429, retryAfter: 7, method: "POST" });
  const graph = await standIn(t, { faults: faulty });

  const first = await graph.post(INBOX, archived("k1"));
  const keptThen = await kept(graph);
  const second = await graph.post(INBOX, archived("k1"));

  assert.equal(first.status, 429);
  assert.equal(first.headers.get("retry-after"), "7");
  assert.equal(keptThen, 0);
  assert.equal(second.status, 201);
});

test("a 503 after the commit leaves the message behind", async (t) => {
  const faulty = once({ kind: "status", status: 503, when: "after-commit" });
  const graph = await standIn(t, { faults: faulty });

  const reply = await graph.post(INBOX, archived("k1"));

  assert.equal(reply.status, 503);
  assert.equal(await kept(graph), 1);
});

for (const [when, messages] of [
  ["before", 0],
  ["after-commit", 1],
] as const) {
  test(`a connection that breaks ${when} leaves ${messages} messages behind`, async (t) => {
    const graph = await standIn(t, { faults: once({ kind: "reset", when }) });

    await assert.rejects(graph.post(INBOX, archived("k1")));

    assert.equal(await kept(graph), messages);
    assert.equal((await graph.control.requests()).at(-1)?.status, 0);
  });
}

test("a slow answer comes all the same", async (t) => {
  const graph = await standIn(t, { faults: once({ kind: "slow", delayMs: 20 }) });

  const reply = await graph.post(INBOX, archived("k1"));

  assert.equal(reply.status, 201);
});

test("a client that gives up on a slow answer leaves its message behind", async (t) => {
  const graph = await standIn(t, { faults: once({ kind: "slow", delayMs: 500 }) });
  const giveUp = new AbortController();
  const answer = graph.raw(`/v1.0${INBOX}`, {
    method: "POST",
    headers: { Authorization: "Bearer token", "Content-Type": "application/json" },
    body: JSON.stringify(archived("k1")),
    signal: giveUp.signal,
  });
  const fired = async () => (await graph.control.faults()).rules[0]?.fired;

  while ((await fired()) !== 1) {}
  giveUp.abort();
  await assert.rejects(answer, { name: "AbortError" });
  while ((await kept(graph)) === 0) {}

  assert.equal((await graph.get(INBOX)).body.value.length, 1);
});

test("a message that was just made is not found by its id at first", async (t) => {
  const rule = { kind: "not-found-after-create", requests: 2 } as const;
  const graph = await standIn(t, { faults: once(rule) });
  const { body } = await graph.post(INBOX, archived("k1"), IMMUTABLE);
  const path = `${MAILBOX}/messages/${body.id}`;

  const attach = await graph.post(`${path}/attachments`, file("a.txt"));
  const read = await graph.get(path);
  const again = await graph.post(`${path}/attachments`, file("a.txt"));

  assert.equal(attach.body.error.code, "ErrorItemNotFound");
  assert.equal(read.status, 404);
  assert.equal(again.status, 201);
});

test("a message that was just made may be left out of a look-up", async (t) => {
  const rule = { kind: "not-found-after-create", requests: 0, lookups: 1 } as const;
  const graph = await standIn(t, { faults: once(rule) });
  await graph.post(INBOX, archived("k1"));
  const question = `${INBOX}?${filter("internetMessageId eq '<k1@archive.example>'")}`;

  const first = await graph.get(question);
  const second = await graph.get(question);

  assert.equal(first.body.value.length, 0);
  assert.equal(second.body.value.length, 1);
});

test("an upload session may expire in the middle", async (t) => {
  const graph = await standIn(t, { faults: once({ kind: "expire-session", method: "PUT" }) });
  const { body } = await graph.post(INBOX, archived("k1"), IMMUTABLE);
  const session = await graph.post(
    `${MAILBOX}/messages/${body.id}/attachments/createUploadSession`,
    {
      AttachmentItem: { attachmentType: "file", name: "a", size: 4_194_304 },
    },
  );

  const reply = await graph.raw(session.body.uploadUrl, {
    method: "PUT",
    headers: { "Content-Range": "bytes 0-9/4194304" },
    body: Buffer.alloc(10),
  });

  assert.equal(reply.status, 401);
});

test("a rule strikes only the requests it names", async (t) => {
  const graph = await standIn(t, {
    faults: {
      rules: [{ kind: "status", status: 503, method: "GET", path: "/messages$", mailbox: BOB }],
    },
  });

  const bob = await graph.get("/users/bob@contoso.com/messages");
  const folder = await graph.get("/users/bob@contoso.com/mailFolders/inbox");
  const ann = await graph.get(`${MAILBOX}/messages`);

  assert.deepEqual([bob.status, folder.status, ann.status], [503, 200, 200]);
});

test("a rule can let some requests by, and end", async (t) => {
  const graph = await standIn(t, {
    faults: { rules: [{ kind: "status", status: 503, after: 1, times: 1 }] },
  });

  const statuses = [];
  for (let n = 0; n < 3; n++) {
    statuses.push((await graph.get(MAILBOX)).status);
  }

  assert.deepEqual(statuses, [200, 503, 200]);
});

test("faults can be set and cleared while it runs, and say how often they struck", async (t) => {
  const graph = await standIn(t);
  await graph.control.setFaults({ seed: 1, rules: [{ kind: "status", status: 500 }] });

  const struck = await graph.get(MAILBOX);
  const { rules } = await graph.control.faults();
  await graph.control.clearFaults();
  const served = await graph.get(MAILBOX);

  assert.equal(struck.status, 500);
  assert.equal(rules[0]?.fired, 1);
  assert.equal(served.status, 200);
});

test("a seed gives the same faults again, whichever mailbox takes its turn first", () => {
  const rules: FaultRule[] = [{ kind: "status", status: 429, probability: 0.3 }];
  const suspect = (mailbox: string) => ({
    method: "POST",
    path: "/v1.0/users/x/messages",
    template: "/v1.0/users/{user}/messages",
    mailbox,
    mailboxName: undefined,
  });
  const strikes = (seed: number, order: readonly string[]) => {
    const chance = faults({ seed, rules });
    const struck = order.map((mailbox) => [mailbox, chance.strike(suspect(mailbox)) !== undefined]);
    return [ANN, BOB].map((owner) => struck.filter(([mailbox]) => mailbox === owner));
  };
  const turns = Array.from({ length: 200 }, () => [ANN, BOB]).flat();

  const first = strikes(7, turns);
  const again = strikes(7, turns.toSorted());
  const other = strikes(8, turns);

  assert.deepEqual(again, first);
  assert.notDeepEqual(other, first);
});

test("a probability of 30 % strikes about three in ten", () => {
  const chance = faults({ seed: 1, rules: [{ kind: "reset", probability: 0.3 }] });
  const suspect = {
    method: "POST",
    path: "/",
    template: "/",
    mailbox: ANN,
    mailboxName: undefined,
  };

  const struck = Array.from({ length: 10_000 }, () => chance.strike(suspect)).filter(Boolean);

  assert.ok(struck.length > 2_850 && struck.length < 3_150, `${struck.length} of 10000`);
});

test("a script with a mistake says in which rule and field", () => {
  const misspelt = { rules: [{ kind: "reset" }, { kind: "status", statsu: 503 }] };

  assert.throws(() => readFaultScript(misspelt, "faults.json"), /rules\[1\]: 'statsu'/);
});
