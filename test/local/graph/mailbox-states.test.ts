import assert from "node:assert/strict";
import { test } from "node:test";
import type { MailboxState } from "../../../local/graph/directory.ts";
import { ann, archived, standIn } from "./client.ts";

const CASES: readonly [MailboxState, number, string][] = [
  ["none", 404, "MailboxNotEnabledForRESTAPI"],
  ["inactive", 404, "MailboxNotEnabledForRESTAPI"],
  ["new", 404, "MailboxNotEnabledForRESTAPI"],
  ["denied", 403, "ErrorAccessDenied"],
  ["moving", 503, "ErrorMailboxMoveInProgress"],
];

for (const [mailbox, status, code] of CASES) {
  test(`mail of a mailbox that is ${mailbox} answers ${status} ${code}`, async (t) => {
    const graph = await standIn(t, { users: [ann({ mailbox })] });

    const folder = await graph.get("/users/ann@contoso.com/mailFolders/inbox");
    const create = await graph.post("/users/ann@contoso.com/messages", archived("k1"));
    const user = await graph.get("/users/ann@contoso.com");

    assert.deepEqual([folder.status, folder.body.error.code], [status, code]);
    assert.deepEqual([create.status, create.body.error.code], [status, code]);
    assert.equal(user.status, 200);
  });
}

test("a full mailbox can be read, and takes nothing more", async (t) => {
  const graph = await standIn(t, { users: [ann({ mailbox: "full" })] });

  const folder = await graph.get("/users/ann@contoso.com/mailFolders/inbox");
  const create = await graph.post("/users/ann@contoso.com/messages", archived("k1"));

  assert.equal(folder.status, 200);
  assert.equal(create.status, 403);
  assert.equal(create.body.error.code, "ErrorQuotaExceeded");
});

test("a guest has no mailbox", async (t) => {
  const guest = { id: "c1", userPrincipalName: "carol@contoso.com", userType: "Guest" as const };
  const graph = await standIn(t);
  await graph.control.putUser(guest);

  const reply = await graph.get("/users/carol@contoso.com/mailFolders/inbox");

  assert.equal(reply.body.error.code, "MailboxNotEnabledForRESTAPI");
});

test("mail of a user nobody knows answers that the user is invalid", async (t) => {
  const graph = await standIn(t);

  const reply = await graph.get("/users/nobody@contoso.com/mailFolders/inbox");

  assert.equal(reply.status, 404);
  assert.equal(reply.body.error.code, "ErrorInvalidUser");
});

test("a mailbox that becomes ready is served from then on", async (t) => {
  const graph = await standIn(t, { users: [ann({ mailbox: "new" })] });
  const before = await graph.get("/users/ann@contoso.com/mailFolders/inbox");

  await graph.control.setMailbox("ann@contoso.com", "normal");
  const after = await graph.get("/users/ann@contoso.com/mailFolders/inbox");

  assert.equal(before.status, 404);
  assert.equal(after.status, 200);
});
