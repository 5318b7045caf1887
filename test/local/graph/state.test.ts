import assert from "node:assert/strict";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { startGraph } from "../../../local/graph/start.ts";
import { ann, archived, type Client, clientOf, file, filter, IMMUTABLE, KEY } from "./client.ts";

const MAILBOX = "/users/ann@contoso.com";

async function stateDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "graph-"));
  t.after(() => rm(directory, { recursive: true }));
  return directory;
}

async function during<T>(directory: string, work: (graph: Client) => Promise<T>): Promise<T> {
  const running = await startGraph({ stateDirectory: directory });
  try {
    return await work(clientOf(running.url));
  } finally {
    await running.stop();
  }
}

test("users, folders, messages and attachments are there again after a restart", async (t) => {
  const directory = await stateDirectory(t);
  const { folder, message } = await during(directory, async (graph) => {
    await graph.control.putUser(ann());
    const made = await graph.post(`${MAILBOX}/mailFolders`, { displayName: "WeChat Archiver" });
    const path = `${MAILBOX}/mailFolders/${made.body.id}/messages`;
    const item = archived("k1", { attachments: [file("a.txt", "hello")] });
    return { folder: made.body.id, message: (await graph.post(path, item, IMMUTABLE)).body.id };
  });

  await during(directory, async (graph) => {
    const byKey = filter(
      `singleValueExtendedProperties/Any(ep: ep/id eq '${KEY}' and ep/value eq 'k1')`,
    );
    const found = await graph.get(`${MAILBOX}/mailFolders/${folder}/messages?${byKey}`, IMMUTABLE);
    const list = await graph.get(`${MAILBOX}/messages/${message}/attachments`);

    assert.deepEqual(
      found.body.value.map(({ id }: { id: string }) => id),
      [message],
    );
    assert.equal(Buffer.from(list.body.value[0].contentBytes, "base64").toString(), "hello");
  });
});

test("what was moved, deleted or emptied stays so after a restart", async (t) => {
  const directory = await stateDirectory(t);
  await during(directory, async (graph) => {
    await graph.control.putUser(ann());
    const made = await graph.post(`${MAILBOX}/messages`, archived("k1"), IMMUTABLE);
    await graph.post(`${MAILBOX}/messages/${made.body.id}/move`, { destinationId: "archive" });
  });

  await during(directory, async (graph) => {
    const kept = await graph.control.messages("ann@contoso.com");
    await graph.control.reset();

    assert.deepEqual(
      kept.map(({ folder }) => folder),
      ["Archive"],
    );
  });
  await during(directory, async (graph) => {
    assert.deepEqual(await graph.control.messages("ann@contoso.com"), []);
  });
});

test("a last line that was torn when it was killed does not spoil the rest", async (t) => {
  const directory = await stateDirectory(t);
  await during(directory, async (graph) => {
    await graph.control.putUser(ann());
    await graph.post(`${MAILBOX}/messages`, archived("k1"));
  });

  await appendFile(join(directory, "journal.jsonl"), '{"kind":"message","mail');
  const kept = await during(directory, (graph) => graph.control.messages("ann@contoso.com"));

  assert.equal(kept.length, 1);
});
