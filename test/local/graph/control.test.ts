import assert from "node:assert/strict";
import { test } from "node:test";
import { ANN, archived, BOB, file, standIn } from "./client.ts";

const INBOX = "/users/ann@contoso.com/mailFolders/inbox/messages";

test("every request is on record, refused ones too, without its query or its keys", async (t) => {
  const graph = await standIn(t);
  await graph.post(INBOX, archived("k1"));
  await graph.get(`${INBOX}?$filter=subject eq 'secret'`);
  await graph.raw("/v1.0/users/ann@contoso.com");

  const requests = await graph.control.requests();

  assert.deepEqual(
    requests.map(({ n, method, path, mailbox, folder, status }) => ({
      n,
      method,
      path,
      mailbox,
      folder,
      status,
    })),
    [
      {
        n: 1,
        method: "POST",
        path: "/v1.0/users/{user}/mailFolders/{folder}/messages",
        mailbox: ANN,
        folder: "Inbox",
        status: 201,
      },
      {
        n: 2,
        method: "GET",
        path: "/v1.0/users/{user}/mailFolders/{folder}/messages",
        mailbox: ANN,
        folder: "Inbox",
        status: 200,
      },
      {
        n: 3,
        method: "GET",
        path: "/v1.0/users/{user}",
        mailbox: undefined,
        folder: undefined,
        status: 401,
      },
    ],
  );
  assert.doesNotMatch(JSON.stringify(requests), /secret/);
});

test("requests are counted by route and status, and the count can begin anew", async (t) => {
  const graph = await standIn(t);
  await graph.post(INBOX, archived("k1"));
  await graph.post(INBOX, { subjet: "" });

  const before = await graph.control.counts();
  await graph.control.forgetRequests();
  const after = await graph.control.counts();

  assert.deepEqual(before, {
    total: 2,
    byRoute: {
      "POST /v1.0/users/{user}/mailFolders/{folder}/messages": { "201": 1, "400": 1 },
    },
  });
  assert.equal(after.total, 0);
});

test("without a log the requests are still counted", async (t) => {
  const graph = await standIn(t, { log: false });

  await graph.get("/users/ann@contoso.com");

  assert.deepEqual(await graph.control.requests(), []);
  assert.equal((await graph.control.counts()).total, 1);
});

test("the control plane's own requests are not counted", async (t) => {
  const graph = await standIn(t);

  await graph.control.mailboxes();

  assert.equal((await graph.control.counts()).total, 0);
});

test("mailboxes show what they hold, by folder", async (t) => {
  const graph = await standIn(t);
  await graph.post("/users/ann@contoso.com/mailFolders", { displayName: "WeChat Archiver" });
  await graph.post(INBOX, archived("k1"));

  const [mailbox] = await graph.control.mailboxes();
  const inbox = mailbox?.folders.find(({ wellKnownName }) => wellKnownName === "inbox");

  assert.equal(mailbox?.userPrincipalName, "ann@contoso.com");
  assert.deepEqual([inbox?.path, inbox?.count, inbox?.subjects], ["Inbox", 1, ["Message k1"]]);
  assert.ok(mailbox?.folders.some(({ path }) => path === "WeChat Archiver"));
});

test("a kept message shows its properties and the hashes of its attachments", async (t) => {
  const graph = await standIn(t);
  await graph.post(INBOX, archived("k1", { attachments: [file("a.txt", "hello")] }));

  const [kept] = await graph.control.messages(ANN, "Inbox");

  assert.equal(kept?.fields.subject, "Message k1");
  assert.equal(kept?.receivedAt, "2026-03-04T05:06:08Z");
  assert.ok(kept?.properties.some(({ value }) => value === "k1"));
  assert.equal(
    kept?.attachments[0]?.sha256,
    "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
  );
});

test("a reset empties mailboxes and log, and keeps the users", async (t) => {
  const graph = await standIn(t);
  await graph.post(INBOX, archived("k1"));
  await graph.control.setFaults({ rules: [{ kind: "reset" }] });

  await graph.control.reset();
  const inbox = await graph.get(INBOX);

  assert.deepEqual(inbox.body.value, []);
  assert.equal((await graph.control.counts()).total, 1);
});

test("users can be added, changed and removed", async (t) => {
  const graph = await standIn(t);

  await graph.control.putUser({ id: "c1", userPrincipalName: "carol@contoso.com" });
  await graph.control.changeUser(BOB, { mail: "robert@contoso.com" });
  await graph.control.removeUser(ANN);

  assert.equal((await graph.get("/users/carol@contoso.com")).status, 200);
  assert.equal((await graph.get(`/users/${BOB}`)).body.mail, "robert@contoso.com");
  assert.equal((await graph.get("/users/ann@contoso.com")).status, 404);
});

test("a mistake in a control request is named", async (t) => {
  const graph = await standIn(t);
  const wrong = { messageByte: 1 } as object;

  await assert.rejects(graph.control.setLimits(wrong), /'messageByte' is not a limit/);
});
