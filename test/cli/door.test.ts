import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { archive, textItem } from "../fakes/archive.ts";
import { archiver, serve } from "./running.ts";

const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

test("wrong use is told with the way to help, and has an exit code of its own", async () => {
  for (const args of [
    ["stauts"],
    ["backfill"],
    ["backfill", "--connector", "w", "--from", "June", "--to", "2025-06-30", "--why", "x"],
    ["poison", "redrive"],
  ]) {
    const { code, err, out } = await archiver(args);
    assert.equal(code, 2, args.join(" "));
    assert.equal(out, "");
    assert.match(err, /--help tells more/);
  }
});

test("help is no failure, and shows examples", async () => {
  for (const args of [
    ["--help"],
    ["poison", "redrive", "--help"],
    ["mapping", "upload", "--help"],
  ]) {
    const { code, out } = await archiver(args);
    assert.equal(code, 0);
    assert.match(out, /Example/);
  }
});

test("an app that is not there is told as such, with what to do", async () => {
  const { url } = await closed();

  const { code, err } = await archiver(["status"], { url });

  assert.equal(code, 4);
  assert.match(err, /does not answer \(ECONNREFUSED\)\. Locally: npm start/);
});

/** An address where nobody listens any more. */
async function closed(): Promise<{ url: string }> {
  await using server = await serve(archive([]));
  return { url: server.url };
}

test("who lacks the role is told which one would do", async () => {
  await using server = await serve(archive([]), { signIn: "none" });

  const { code, err } = await archiver(["status"], { url: server.url });

  assert.equal(code, 3);
  assert.match(err, /sign-in is not set up/);
});

test("an app elsewhere is asked over https, with the caller's own token, and by no other way", async () => {
  const sent: (RequestInit & { url: string })[] = [];
  const answering: typeof fetch = async (input, init) => {
    sent.push({ url: String(input), ...init });
    return new Response(JSON.stringify({ orders: [] }));
  };
  const env = { ARCHIVER_TOKEN: "made-up-token" };

  const plain = await archiver(["orders", "--url", "http://archive.example"], {
    env,
    fetch: answering,
  });
  const https = await archiver(["orders", "--url", "https://archive.example"], {
    env,
    fetch: answering,
  });
  const unnamed = await archiver(["orders", "--url", "https://archive.example"], {
    fetch: answering,
  });

  assert.deepEqual([plain.code, https.code, unnamed.code], [2, 0, 2]);
  assert.match(unnamed.err, /--app-id, or ARCHIVER_APP_ID/);
  assert.equal(sent.length, 1);
  assert.equal(sent[0]?.url, "https://archive.example/api/operations/orders");
  assert.equal(new Headers(sent[0]?.headers).get("authorization"), "Bearer made-up-token");
  assert.equal(sent[0]?.redirect, "manual");
});

test("no token goes to an app on this machine", async () => {
  const seen: IncomingMessage[] = [];
  await using server = await serve(archive([]), { seen });

  await archiver(["status"], { url: server.url, env: { ARCHIVER_TOKEN: "made-up-token" } });

  assert.equal(seen[0]?.headers.authorization, undefined);
});

test("a sign-in page instead of an answer is told as what it is", async () => {
  const redirecting: typeof fetch = async () =>
    new Response(null, { status: 302, headers: { location: "https://login.example/" } });
  const env = { ARCHIVER_TOKEN: "expired" };

  const { code, err } = await archiver(["status", "--url", "https://archive.example"], {
    env,
    fetch: redirecting,
  });

  assert.equal(code, 3);
  assert.match(err, /asks for a sign-in/);
});

test("with --json nothing but the answer is printed, so that a program can read it", async () => {
  const app = archive([textItem("1")]);
  await app.passDay();
  await using server = await serve(app);

  for (const args of [
    ["status"],
    ["connectors", "list"],
    ["reports"],
    ["poison", "counts"],
    ["verify"],
  ]) {
    const { out } = await archiver([...args, "--json"], { url: server.url });
    assert.ok(JSON.parse(out), args.join(" "));
  }
});

test("what a stranger wrote cannot steer the terminal", async () => {
  const app = archive([textItem("1")]);
  await app.passDay();
  await app.orders.add({
    id: "20260105T090000000Z-beef",
    kind: "verify",
    by: "x",
    why: "\u001b]0;owned\u0007",
    startedAt: app.now(),
    parameters: {},
  });
  await using server = await serve(app);

  const { out } = await archiver(["orders"], { url: server.url });

  assert.ok(!out.includes("\u001b"));
  assert.match(out, /\?\]0;owned\?/);
});

test("the command runs as a command", async () => {
  const app = archive([textItem("1")]);
  await app.passDay();
  await using server = await serve(app);

  const { stdout } = await promisify(execFile)(
    process.execPath,
    [MAIN, "item", "1", "--connector", "wechat", "--json"],
    {
      env: { ...process.env, ARCHIVER_URL: server.url },
    },
  );

  assert.equal(JSON.parse(stdout).connector, "wechat");
});
