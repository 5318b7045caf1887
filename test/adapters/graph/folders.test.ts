import assert from "node:assert/strict";
import { test } from "node:test";
import { ANN, delivery, graphWorld, mailItem } from "./world.ts";

const FOLDER = "WeChat Archiver";
const MINUTE = 60_000;

/** What the owner of the mailbox does with a folder. */
function owner(url: string) {
  const ask = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${url}/v1.0/users/${ANN}${path}`, {
      method,
      headers: { Authorization: "Bearer token", "Content-Type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
  };
  return {
    rename: (id: string, displayName: string) =>
      ask("PATCH", `/mailFolders/${id}`, { displayName }),
    remove: (id: string) => ask("DELETE", `/mailFolders/${id}`),
    make: (displayName: string) => ask("POST", "/mailFolders", { displayName }),
  };
}

async function folders(control: { mailboxes(): Promise<readonly FolderList[]> }) {
  const boxes = await control.mailboxes();
  return (boxes.find(({ mailbox }) => mailbox === ANN)?.folders ?? []).filter(
    ({ wellKnownName }) => wellKnownName === undefined,
  );
}
interface FolderList {
  readonly mailbox: string;
  readonly folders: readonly {
    id: string;
    path: string;
    wellKnownName: string | undefined;
    count: number;
  }[];
}
const counts = (list: readonly { path: string; count: number }[]) =>
  Object.fromEntries(list.map(({ path, count }) => [path, count]));

const add = (process: { mailboxes: { add: Add } }, id: string, folder = {}) => {
  const to = delivery(id);
  return process.mailboxes.add(to, mailItem(to, folder));
};
type Add = (to: ReturnType<typeof delivery>, item: ReturnType<typeof mailItem>) => Promise<unknown>;

test("many items at once, in two processes, make one folder", async (t) => {
  const { control, process } = await graphWorld(t, { latencyMs: 5, realTime: true });
  const [one, other] = [process(), process()];

  await Promise.all([0, 1, 2, 3].flatMap((n) => [add(one, `one ${n}`), add(other, `other ${n}`)]));

  assert.deepEqual(counts(await folders(control)), { [FOLDER]: 8 });
});

test("a folder that its owner renamed is still used, by those who knew it and those who did not", async (t) => {
  const { url, control, process, pass } = await graphWorld(t);
  const known = process();
  await add(known, "1");
  const [made] = await folders(control);

  await owner(url).rename(made?.id ?? "", "Chats of mine");
  await add(known, "2");
  pass(16 * MINUTE);
  await add(known, "3");
  await add(process(), "4");

  assert.deepEqual(counts(await folders(control)), { "Chats of mine": 4 });
});

test("a folder in Deleted Items is given up, and made anew", async (t) => {
  const { url, control, process, pass } = await graphWorld(t);
  const known = process();
  await add(known, "1");
  const [made] = await folders(control);

  await owner(url).remove(made?.id ?? "");
  pass(16 * MINUTE);
  await add(known, "2");
  await add(process(), "3");

  assert.deepEqual(counts(await folders(control)), { [`Deleted Items/${FOLDER}`]: 1, [FOLDER]: 2 });
});

test("a folder that is gone for good is made anew at once", async (t) => {
  const { url, control, process } = await graphWorld(t);
  const known = process();
  await add(known, "1");
  const [made] = await folders(control);

  await owner(url).remove(made?.id ?? "");
  await owner(url).remove(made?.id ?? "");
  await add(known, "2");

  assert.deepEqual(counts(await folders(control)), { [FOLDER]: 1 });
});

test("a folder of that name which was there before is used, however it is spelt", async (t) => {
  const { url, control, process } = await graphWorld(t);
  await owner(url).make("wechat archiver");

  await add(process(), "1");

  assert.deepEqual(counts(await folders(control)), { "wechat archiver": 1 });
});

test("names with signs of all kinds are found again", async (t) => {
  const { control, process } = await graphWorld(t);
  const folder = { name: "AT&T SMS/MMS 'Network' Archiver + 归档", parent: "root" } as const;

  await add(process(), "1", { folder });
  await add(process(), "2", { folder });

  assert.deepEqual(counts(await folders(control)), { [folder.name]: 2 });
});

test("a folder may lie in the Inbox", async (t) => {
  const { control, process } = await graphWorld(t);
  const folder = { name: FOLDER, parent: "inbox" } as const;

  await add(process(), "1", { folder });
  await add(process(), "2", { folder });

  assert.deepEqual(counts(await folders(control)), { [`Inbox/${FOLDER}`]: 2 });
});

test("where folders cannot be found by their mark, the name serves", async (t) => {
  const { control, process } = await graphWorld(t);
  await control.setFaults({
    rules: [{ kind: "status", method: "GET", path: "/mailFolders$", status: 400, times: 1 }],
  });
  const one = process();

  await add(one, "1");
  await add(one, "2", { folder: { name: "WhatsApp Archiver", parent: "root" } });

  assert.deepEqual(counts(await folders(control)), { [FOLDER]: 1, "WhatsApp Archiver": 1 });
});

test("the check of a folder that is known costs one request in a quarter of an hour", async (t) => {
  const { control, process, pass } = await graphWorld(t);
  const known = process();
  await add(known, "1");
  pass(16 * MINUTE);
  await control.forgetRequests();

  for (let n = 0; n < 10; n += 1) await add(known, `later ${n}`);

  assert.equal((await control.requests()).length, 11);
});
