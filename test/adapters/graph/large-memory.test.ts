import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { graphControl } from "../../../local/graph/control.ts";
import { graphClient } from "../../../shared/adapters/graph/client.ts";
import { graphMailboxes } from "../../../shared/adapters/graph/mailboxes.ts";
import { graphTraffic } from "../../../shared/adapters/graph/traffic.ts";
import { memoryGates, memoryLog } from "../../fakes/world.ts";
import { ANN, BOB, delivery, mailItem, testFile } from "./world.ts";

const MB = 1_000_000;
const now = () => new Date();

/** The stand-in in a process of its own: what it holds must not count here. */
async function standIn(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "graph-"));
  t.after(() => rm(directory, { recursive: true }));
  const users = join(directory, "users.json");
  await writeFile(
    users,
    JSON.stringify([
      { id: ANN, userPrincipalName: "ann@contoso.com" },
      { id: BOB, userPrincipalName: "bob@contoso.com" },
    ]),
  );
  const child = spawn(process.execPath, ["local/graph/main.ts", "--users", users], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill());
  const [line] = await once(child.stdout, "data");
  return JSON.parse(String(line)).url;
}

test("150 MB arrive byte for byte within 64 MB of memory", async (t) => {
  const url = await standIn(t);
  const client = graphClient({ baseUrl: url, token: async () => "token", now });
  const traffic = graphTraffic({
    client,
    gates: memoryGates(),
    log: memoryLog(),
    now,
    random: Math.random,
    sleep: (ms) => sleep(ms),
  });
  const mailboxes = graphMailboxes(traffic, { cloud: "global" });
  const first = delivery("first", BOB);
  await mailboxes.add(first, mailItem(first, {}, [testFile("a.bin", 7 * MB)]));
  const file = testFile("video.mp4", 150 * MB);
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const idle = process.memoryUsage().rss;
  let most = 0;
  const to = delivery("1");

  await mailboxes.add(to, mailItem(to, {}, [file]), async () => {
    most = Math.max(most, process.memoryUsage().rss);
  });

  const control = graphControl(url);
  const [message] = await control.messages(ANN, "WeChat Archiver");
  assert.deepEqual(
    message?.attachments.map(({ bytes, sha256 }) => [bytes, sha256]),
    [[150 * MB, file.info.sha256]],
  );
  assert.deepEqual(await control.halves(), []);
  assert.ok(most - idle <= 64 * MB, `${(most - idle) / MB} MB above idle`);
});
