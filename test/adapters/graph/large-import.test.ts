import assert from "node:assert/strict";
import { test } from "node:test";
import { ANN, delivery, graphWorld, mailItem, type TestFile, testFile } from "./world.ts";

const MIB = 1_048_576;
const FOLDER = "WeChat Archiver";
const STAGING = "Mobile Archive Staging";

const files = () => [
  testFile("notes.txt", 20_000),
  testFile("视频 🎥.mp4", 7 * MIB + 3),
  testFile("notes.txt", 2 * MIB),
];

const listed = (file: TestFile) => [file.info.name, file.info.sha256];

type Kept = { attachments: readonly { name: string; sha256: string }[] } | undefined;
const kept = (message: Kept) => message?.attachments.map(({ name, sha256 }) => [name, sha256]);

test("a large item appears in its folder whole, and nothing stays behind", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  const item = mailItem(to, {}, files());

  const added = await process().mailboxes.add(to, item);

  const [message, ...others] = await control.messages(ANN, FOLDER);
  assert.equal(added.mailboxItemId, message?.id);
  assert.deepEqual(others, []);
  assert.deepEqual(kept(message), files().map(listed));
  assert.equal(message?.isDraft, false);
  assert.equal(Date.parse(message?.receivedAt ?? ""), item.at.getTime());
  assert.deepEqual(await control.messages(ANN, STAGING), []);
  assert.deepEqual(await control.halves(), []);
});

for (const size of [3_145_600, 3 * MIB, 3_276_800, 3_276_801, 12_000_000]) {
  test(`a file of ${size} bytes arrives byte for byte`, async (t) => {
    const { control, process } = await graphWorld(t);
    const to = delivery("1");
    const file = testFile("a.bin", size);

    await process().mailboxes.add(to, mailItem(to, {}, [file]));

    const [message] = await control.messages(ANN, FOLDER);
    assert.deepEqual(kept(message), [listed(file)]);
    assert.deepEqual(await control.halves(), []);
  });
}

test("a file just below 3 MB that no request holds goes in a session", async (t) => {
  const { control, process } = await graphWorld(t, { limits: { sessionFromBytes: 2 * MIB } });
  const to = delivery("1");
  const file = testFile("a.bin", 3 * MIB - 1);

  await process().mailboxes.add(to, mailItem(to, {}, [file]));

  assert.deepEqual(kept((await control.messages(ANN, FOLDER))[0]), [listed(file)]);
});

test("a large file whose bytes are not those announced never becomes an attachment", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  const wrong = testFile("a.bin", 4 * MIB, { sha256: "0".repeat(64) });

  const adding = process().mailboxes.add(to, mailItem(to, {}, [wrong]));

  await assert.rejects(adding, /not those announced/);
  assert.deepEqual(await control.messages(ANN, FOLDER), []);
  assert.deepEqual(
    (await control.messages(ANN, STAGING)).map(({ attachments }) => attachments),
    [[]],
  );
});

test("names with separators, quotes and emoji survive an upload session", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  const file = testFile("a/b\\c: 'it' \"is\" 图片 🎉.bin", 4 * MIB);

  await process().mailboxes.add(to, mailItem(to, {}, [file]));

  assert.deepEqual(kept((await control.messages(ANN, FOLDER))[0]), [listed(file)]);
});

test("where the service says that a file is too small for a session, it goes in one request", async (t) => {
  const { control, process } = await graphWorld(t, {
    limits: { sessionFromBytes: 4 * MIB, requestBytes: 8 * MIB },
  });
  const to = delivery("1");
  const file = testFile("a.bin", 3 * MIB + 10);

  await process().mailboxes.add(to, mailItem(to, {}, [file]));

  assert.deepEqual(kept((await control.messages(ANN, FOLDER))[0]), [listed(file)]);
});

test("where the service says that a request is too large, the file goes in a session", async (t) => {
  const { control, process } = await graphWorld(t, {
    limits: { sessionFromBytes: 1 * MIB, requestBytes: 2 * MIB },
  });
  const to = delivery("1");
  const file = testFile("a.bin", 2 * MIB);

  await process().mailboxes.add(to, mailItem(to, {}, [file]));

  assert.deepEqual(kept((await control.messages(ANN, FOLDER))[0]), [listed(file)]);
});

test("two answers that contradict each other do not send a file back and forth", async (t) => {
  const { control, process } = await graphWorld(t, {
    limits: { sessionFromBytes: 5 * MIB, requestBytes: 2 * MIB },
  });
  const to = delivery("1");

  const adding = process().mailboxes.add(to, mailItem(to, {}, [testFile("a.bin", 2 * MIB)]));

  await assert.rejects(adding, { code: "rejected-by-exchange" });
  const seen = (await control.requests()).map(({ path }) => path.split("/").at(-1));
  assert.equal(seen.filter((it) => it === "attachments").length, 1);
  assert.equal(seen.filter((it) => it === "createUploadSession").length, 1);
  assert.deepEqual(await control.messages(ANN, STAGING), []);
});

test("a message that the tenant finds too large is set aside, and nothing of it stays", async (t) => {
  const { control, process } = await graphWorld(t, { limits: { messageBytes: 5 * MIB } });
  const to = delivery("1");
  const item = mailItem(to, {}, [testFile("a.bin", 4 * MIB), testFile("b.bin", 4 * MIB)]);

  await assert.rejects(process().mailboxes.add(to, item), {
    code: "rejected-by-exchange",
    detail: "ErrorMessageSizeExceeded",
  });

  assert.deepEqual(await control.messages(ANN, FOLDER), []);
  assert.deepEqual(await control.messages(ANN, STAGING), []);
  assert.deepEqual(await control.messages(ANN, "deleteditems"), []);
  assert.deepEqual(await control.halves(), []);
});

test("what was just created may not show at first: a few tries later it does", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  await control.setFaults({
    rules: [{ kind: "not-found-after-create", path: "/messages$", requests: 2, times: 1 }],
  });
  const { mailboxes, slept } = process();

  await mailboxes.add(to, mailItem(to, {}, files()));

  assert.deepEqual(slept.slice(0, 2), [750, 1500]);
  assert.deepEqual(kept((await control.messages(ANN, FOLDER))[0]), files().map(listed));
});

test("what does not show within five seconds is put off, and then gone on with", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  await control.setFaults({
    rules: [{ kind: "not-found-after-create", path: "/messages$", requests: 9, times: 1 }],
  });
  const { mailboxes, slept } = process();
  const item = mailItem(to, {}, files());

  await assert.rejects(mailboxes.add(to, item), { code: "item-not-ready", on: "item" });
  assert.ok(slept.reduce((sum, ms) => sum + ms, 0) <= 5_000);
  await control.clearFaults();
  let added: unknown;
  for (let n = 0; n < 9 && !added; n += 1) {
    added = await mailboxes.add(to, item).catch(() => undefined);
  }

  assert.equal((await control.messages(ANN, FOLDER)).length, 1);
  assert.deepEqual(await control.messages(ANN, STAGING), []);
});

test("an upload goes on where the session says, when an answer was lost", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  await control.setFaults({
    rules: [
      { kind: "reset", method: "PUT", when: "after-commit", after: 1, times: 1 },
      { kind: "status", method: "PUT", status: 503, after: 2, times: 1 },
    ],
  });

  await process().mailboxes.add(to, mailItem(to, {}, files()));

  assert.deepEqual(kept((await control.messages(ANN, FOLDER))[0]), files().map(listed));
  const sessions = (await control.requests()).filter((it) =>
    it.path.endsWith("createUploadSession"),
  );
  assert.equal(sessions.length, 1);
});

test("an upload that had to wait goes on with its session, and sends nothing twice", async (t) => {
  const { control, process, pass } = await graphWorld(t);
  const to = delivery("1");
  const item = mailItem(to, {}, files());
  await control.setFaults({
    rules: [{ kind: "status", method: "PUT", status: 429, retryAfter: 60, after: 2, times: 1 }],
  });
  const { mailboxes } = process();

  await assert.rejects(mailboxes.add(to, item), { code: "graph-throttled", on: "mailbox" });
  pass(61_000);
  await mailboxes.add(to, item);

  const seen = await control.requests();
  assert.equal(seen.filter((it) => it.path.endsWith("createUploadSession")).length, 1);
  assert.equal(seen.filter((it) => it.method === "PUT" && it.status < 300).length, 3);
  assert.deepEqual(kept((await control.messages(ANN, FOLDER))[0]), files().map(listed));
});

test("a session that is over is begun again by the next try, and the app keeps its consent", async (t) => {
  const { control, process, gates } = await graphWorld(t);
  const to = delivery("1");
  const item = mailItem(to, {}, files());
  await control.setFaults({
    rules: [{ kind: "expire-session", method: "PUT", after: 1, times: 1 }],
  });
  const { mailboxes } = process();

  await assert.rejects(mailboxes.add(to, item), { code: "item-not-ready" });
  await mailboxes.add(to, item);

  assert.equal(await gates.closed("app"), undefined);
  assert.deepEqual(kept((await control.messages(ANN, FOLDER))[0]), files().map(listed));
});

test("one large item at a time: another one waits for it", async (t) => {
  const { control, process } = await graphWorld(t);
  const { mailboxes } = process();
  const [one, other] = [delivery("1"), delivery("2")];

  const outcomes = await Promise.allSettled([
    mailboxes.add(one, mailItem(one, {}, files())),
    mailboxes.add(other, mailItem(other, {}, files())),
  ]);

  const refused = outcomes.find(({ status }) => status === "rejected");
  assert.equal((refused as PromiseRejectedResult).reason.code, "large-import-busy");
  assert.equal((refused as PromiseRejectedResult).reason.on, "app");
  assert.equal((await control.messages(ANN, FOLDER)).length, 1);
});

test("the claim is kept while a large item goes up", async (t) => {
  const { process } = await graphWorld(t);
  const to = delivery("1");
  let kept = 0;

  await process().mailboxes.add(to, mailItem(to, {}, files()), async () => {
    kept += 1;
  });

  assert.ok(kept >= 5, `kept ${kept} times`);
});

test("a claim that was lost half-way stops the import before anything shows", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  const lost = new Error("the claim was taken over");

  const adding = process().mailboxes.add(to, mailItem(to, {}, files()), async () => {
    throw lost;
  });

  await assert.rejects(adding, lost);
  assert.deepEqual(await control.messages(ANN, FOLDER), []);
});

test("a cloud without upload sessions is named, and nothing is half written", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  await control.setFaults({
    rules: [{ kind: "status", path: "createUploadSession$", status: 405, code: "UnknownMethod" }],
  });

  await assert.rejects(process({ cloud: "usgov" }).mailboxes.add(to, mailItem(to, {}, files())), {
    code: "rejected-by-exchange",
    detail: "large-attachments-unsupported-in-cloud",
  });

  assert.deepEqual(await control.messages(ANN, FOLDER), []);
  assert.deepEqual(await control.halves(), []);
});

test("names that Exchange would change are noticed before anybody sees the item", async (t) => {
  const { control, process } = await graphWorld(t);
  const to = delivery("1");
  const { mailboxes, client } = process();
  const send = client.send.bind(client);
  client.send = async <T>(request: Parameters<typeof send>[0]): Promise<T> => {
    const answer = await send<{ value?: { name: string }[] }>(request);
    if (request.path.endsWith("/attachments") && request.method === "GET") {
      for (const file of answer.value ?? []) file.name = file.name.toUpperCase();
    }
    return answer as T;
  };

  await assert.rejects(mailboxes.add(to, mailItem(to, {}, files())), {
    code: "rejected-by-exchange",
    detail: "attachment-names-changed",
  });

  assert.deepEqual(await control.messages(ANN, FOLDER), []);
  assert.deepEqual(await control.messages(ANN, STAGING), []);
});
