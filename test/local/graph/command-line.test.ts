import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { ANN, archived, clientOf } from "./client.ts";

const MAIN = new URL("../../../local/graph/main.ts", import.meta.url).pathname;

async function directoryWithUsers(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "graph-"));
  t.after(() => rm(directory, { recursive: true }));
  const users = [{ id: ANN, userPrincipalName: "ann@contoso.com" }];
  await writeFile(join(directory, "users.json"), JSON.stringify(users));
  return directory;
}

async function start(
  t: TestContext,
  args: readonly string[],
): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  assert.ok(child.stdout);
  const [line] = await once(createInterface(child.stdout), "line");
  return { child, url: JSON.parse(line).url };
}

test("it prints where it listens, and ends on SIGTERM with its state written", async (t) => {
  const directory = await directoryWithUsers(t);
  const state = join(directory, "state");
  const args = ["--port", "0", "--users", join(directory, "users.json"), "--state", state];

  const first = await start(t, args);
  await clientOf(first.url).post("/users/ann@contoso.com/messages", archived("k1"));
  first.child.kill("SIGTERM");
  const [code] = await once(first.child, "exit");
  const second = await start(t, ["--state", state]);
  const kept = await clientOf(second.url).control.messages("ann@contoso.com");

  assert.equal(code, 0);
  assert.equal(kept.length, 1);
});

test("what was answered is there after a kill", async (t) => {
  const directory = await directoryWithUsers(t);
  const state = join(directory, "state");

  const first = await start(t, ["--users", join(directory, "users.json"), "--state", state]);
  await clientOf(first.url).post("/users/ann@contoso.com/messages", archived("k1"));
  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  const second = await start(t, ["--state", state]);
  const kept = await clientOf(second.url).control.messages("ann@contoso.com");

  assert.equal(kept.length, 1);
});

test("faults, token and limits come from the command line", async (t) => {
  const directory = await directoryWithUsers(t);
  const faults = join(directory, "faults.json");
  await writeFile(faults, JSON.stringify({ rules: [{ kind: "status", status: 503, times: 1 }] }));
  const users = ["--users", join(directory, "users.json")];

  const { url } = await start(t, [
    ...users,
    ...["--faults", faults, "--token", "agreed", "--max-concurrent", "0"],
  ]);
  const graph = clientOf(url);
  const agreed = { Authorization: "Bearer agreed" };
  const refused = await graph.get("/users/ann@contoso.com");
  const faulty = await graph.get("/users/ann@contoso.com", agreed);
  const throttled = await graph.get("/users/ann@contoso.com/messages", agreed);

  assert.deepEqual([refused.status, faulty.status, throttled.status], [401, 503, 429]);
});
