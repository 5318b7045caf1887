import assert from "node:assert/strict";
import { test } from "node:test";
import { ANN, delivery, graphWorld, mailItem } from "./world.ts";

const FOLDER = "WeChat Archiver";

for (const kind of ["reset", "status"] as const) {
  test(`an answer that was lost (${kind}) is put off, and the item then found, not written again`, async (t) => {
    const { control, process } = await graphWorld(t);
    const to = delivery("1");
    const item = mailItem(to);
    await control.setFaults({
      rules: [
        {
          kind,
          path: "/messages$",
          when: "after-commit",
          ...(kind === "status" && { status: 504 }),
        },
      ],
    });
    const { mailboxes } = process();

    await assert.rejects(mailboxes.add(to, item), {
      code: "graph-unavailable",
      on: "item",
      nothingWritten: false,
    });
    const posts = (await control.requests()).filter(({ path }) => path.endsWith("/messages"));
    assert.equal(posts.length, 1, "a POST whose answer was lost is not repeated");
    await control.clearFaults();

    const [message] = await control.messages(ANN, FOLDER);
    assert.equal(await process().mailboxes.find(to, item), message?.id);
  });
}

test("no is said after two looks with a pause of a second or two between them", async (t) => {
  const { control, process } = await graphWorld(t);
  const { mailboxes, slept } = process();
  const other = delivery("other");
  await mailboxes.add(other, mailItem(other));
  await control.forgetRequests();
  const to = delivery("1");

  const found = await mailboxes.find(to, mailItem(to));

  assert.equal(found, undefined);
  assert.equal(slept.length, 1);
  assert.ok(slept[0] && slept[0] >= 1000 && slept[0] <= 2000);
  const looks = (await control.requests()).filter(({ path }) => path.endsWith("/messages"));
  assert.equal(looks.length, 3);
});

test("an item that does not show at the first look is found by the second", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  const item = mailItem(to);
  await control.setFaults({
    rules: [
      {
        kind: "not-found-after-create",
        path: "/messages$",
        method: "POST",
        requests: 0,
        lookups: 1,
      },
    ],
  });
  const { mailboxes } = process();
  const { mailboxItemId } = await mailboxes.add(to, item);

  assert.equal(await mailboxes.find(to, item), mailboxItemId);
});

test("an item that its owner deleted or moved since was imported all the same", async (t) => {
  const { url, control, process } = await graphWorld(t);
  const to = delivery("1");
  const item = mailItem(to);
  const { mailboxItemId } = await process().mailboxes.add(to, item);
  await fetch(`${url}/v1.0/users/${ANN}/messages/${mailboxItemId}`, {
    method: "DELETE",
    headers: { Authorization: "Bearer token", Prefer: 'IdType="ImmutableId"' },
  });
  assert.equal((await control.messages(ANN, "deleteditems")).length, 1);

  assert.equal(await process().mailboxes.find(to, item), mailboxItemId);
});

test("a folder that is gone holds nothing: the look goes on elsewhere", async (t) => {
  const { url, control, process } = await graphWorld(t);
  const to = delivery("1");
  const { mailboxes } = process();
  await mailboxes.add(to, mailItem(to));
  const [box] = await control.mailboxes();
  const folder = box?.folders.find(({ path }) => path === FOLDER);
  for (let twice = 0; twice < 2; twice += 1) {
    await fetch(`${url}/v1.0/users/${ANN}/mailFolders/${folder?.id}`, {
      method: "DELETE",
      headers: { Authorization: "Bearer token" },
    });
  }

  assert.equal(await mailboxes.find(to, mailItem(to)), undefined);
});

test("a tenant that cannot filter by the key still answers by the message id", async (t) => {
  const { process, control } = await graphWorld(t);
  const to = delivery("1");
  const { mailboxes, client } = process();
  const send = client.send.bind(client);
  const { mailboxItemId } = await mailboxes.add(to, mailItem(to));
  await control.setFaults({
    rules: [{ kind: "status", method: "GET", path: "/messages$", after: 1, times: 1, status: 501 }],
  });
  client.send = send;
  const absent = delivery("2");

  assert.equal(await mailboxes.find(to, mailItem(to)), mailboxItemId);
  assert.equal(await mailboxes.find(absent, mailItem(absent)), undefined);
});

test("an item that is there twice is reported, and the older one named", async (t) => {
  const { process, pass } = await graphWorld(t);
  const to = delivery("1");
  const { mailboxes, log } = process();
  const { mailboxItemId } = await mailboxes.add(to, mailItem(to));
  pass(1000);
  await mailboxes.add(to, mailItem(to));

  assert.equal(await mailboxes.find(to, mailItem(to)), mailboxItemId);
  const errors = log.lines.filter(({ level }) => level === "error");
  assert.deepEqual(
    errors.map(({ message }) => message),
    ["delivery found twice"],
  );
});
