import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const START = fileURLToPath(new URL("../../local/start.ts", import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Printed {
  readonly runs: readonly {
    readonly connector: string;
    readonly available: number;
    readonly imported: number;
    readonly partial: number;
    readonly skipped: number;
    readonly rejected: number;
    readonly pending: number;
  }[];
  readonly mailboxes: readonly { mailbox: string; folder: string; items: number }[];
  readonly poison: readonly { code: string; count: number }[];
}

describe("npm start, once and then again over the same state", () => {
  let state: string;
  before(async () => {
    state = await mkdtemp(join(tmpdir(), "start-test-"));
    daysBegun = daysBegunBy(new Date());
  });
  after(() => rm(state, { recursive: true, force: true }));
  let daysBegun: number;
  let first: Printed;

  test("a fresh machine collects the day, balances every run, and each item ends as it should", async () => {
    const ended = await start("--once", "--json", "--state", state);

    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    first = printed(ended);
    assert.deepEqual(first.runs.map(({ connector }) => connector).sort(), ["wechat", "whatsapp"]);
    for (const {
      connector,
      available,
      imported,
      partial,
      skipped,
      rejected,
      pending,
    } of first.runs) {
      assert.equal(available, imported + partial + skipped + rejected + pending, connector);
      assert.equal(pending, 0, connector);
      assert.ok(imported > 0 && rejected > 0, connector);
    }
    assert.match(ended.stdout, /All \d+ items of the made-up day have ended as they should\./);
  });

  test("what each mailbox holds is what was imported", () => {
    const held = first.mailboxes.reduce((sum, { items }) => sum + items, 0);
    const imported = first.runs.reduce((sum, run) => sum + run.imported + run.partial, 0);

    assert.equal(held, imported);
    assert.deepEqual([...new Set(first.mailboxes.map(({ folder }) => folder))].sort(), [
      "WeChat Archiver",
      "WhatsApp Archiver",
    ]);
    assert.ok(first.mailboxes.every(({ mailbox }) => mailbox.includes("@contoso.")));
  });

  test("what is set aside is counted by code, and each code comes with its remedy", async () => {
    const rejected = first.runs.reduce((sum, run) => sum + run.rejected, 0);

    assert.deepEqual(first.poison, [
      { code: "encrypted", count: 2 },
      { code: "malformed", count: 2 },
      { code: "oversize", count: 2 },
      { code: "unmapped", count: 2 },
    ]);
    assert.equal(rejected, 8);
  });

  test("a second start finds nothing due, says so, and is well", async (t) => {
    const ended = await start("--once", "--json", "--state", state);

    if (daysBegunBy(new Date()) !== daysBegun) return t.skip("a new day fell due in between");
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    assert.match(ended.stdout, /Nothing is due/);
    assert.deepEqual(printed(ended), { ...first, runs: [] });
  });

  test("with the checkpoints forgotten, everything is skipped and no mailbox changes", async () => {
    const ended = await start("--once", "--again", "--json", "--state", state);

    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    const { runs, mailboxes, poison } = printed(ended);
    assert.equal(runs.length, 2);
    for (const { available, skipped } of runs) {
      assert.ok(available > 0);
      assert.equal(skipped, available);
    }
    assert.deepEqual({ mailboxes, poison }, { mailboxes: first.mailboxes, poison: first.poison });
  });

  test("a wrong connector file is named with its field and remedy, and the other connector runs", async () => {
    const path = join(state, "config", "connectors", "wechat.json");
    const connector = JSON.parse(await readFile(path, "utf8"));
    await writeFile(path, JSON.stringify({ ...connector, collectAfter: "half past five" }));

    const ended = await start("--once", "--again", "--json", "--state", state);

    assert.equal(ended.code, 1);
    assert.match(
      ended.stdout,
      /config\/connectors\/wechat\.json: collectAfter must be a time of day in UTC, HH:mm/,
    );
    const { runs, mailboxes } = printed(ended);
    assert.deepEqual(
      runs.map(({ connector }) => connector),
      ["whatsapp"],
    );
    assert.deepEqual(mailboxes, first.mailboxes);
  });

  test("another scale than the kept day's is refused, with what to do instead", async () => {
    const ended = await start("--once", "--scale", "2", "--state", state);

    assert.equal(ended.code, 1);
    assert.match(ended.stderr, /scale 1 and stays so.*choose another folder/);
  });
});

test("what a killed start has left half made is taken over by the next one", async (t) => {
  const state = await mkdtemp(join(tmpdir(), "start-test-"));
  t.after(() => rm(state, { recursive: true, force: true }));
  const killed = spawn(process.execPath, [START, "--once", "--state", state], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  for await (const line of createInterface({ input: killed.stdout })) {
    // Later the next one waits for leases, for minutes; the pipeline's own tests see to those.
    if (line.includes("collecting")) process.kill(-(killed.pid ?? 0), "SIGKILL");
  }

  const ended = await start("--once", "--json", "--state", state);

  assert.equal(ended.code, 0, ended.stdout + ended.stderr);
  assert.match(ended.stdout, /The one before was killed/);
  assert.match(ended.stdout, /All \d+ items of the made-up day have ended as they should\./);
});

test("a wrong setting ends the start, named with its remedy", async (t) => {
  const state = await mkdtemp(join(tmpdir(), "start-test-"));
  t.after(() => rm(state, { recursive: true, force: true }));

  const ended = await start({ GRAPH_CLOUD: "moon" }, "--once", "--state", state);

  assert.equal(ended.code, 1);
  assert.match(ended.stderr, /GRAPH_CLOUD must be one of global, usgov, dod, china/);
});

test("a wrong flag is named, and nothing is started", async () => {
  const unknown = await start("--onse");
  const notANumber = await start("--port", "http");

  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /'--onse'.*npm start -- --help/);
  assert.equal(notANumber.code, 2);
  assert.match(notANumber.stderr, /--port must be a whole number/);
});

/** How many days have fallen due: the connectors collect after 05:30 UTC. */
function daysBegunBy(time: Date): number {
  return Math.floor((time.getTime() / 60_000 - (5 * 60 + 30)) / (24 * 60));
}

function start(...args: [Record<string, string>, ...string[]] | string[]): Promise<Ended> {
  const [first, ...rest] = args;
  const [settings, flags] = typeof first === "object" ? [first, rest] : [{}, args];
  const options = { env: { ...process.env, ...settings }, maxBuffer: 2 ** 24 };
  return new Promise((resolve) => {
    execFile(process.execPath, [START, ...(flags as string[])], options, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

function printed({ stdout }: Ended): Printed {
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
}
