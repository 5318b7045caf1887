import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type HostOptions, startHost } from "../../../local/host/host.ts";
import type { LogRecord } from "../../../local/host/log.ts";
import { type Bench, openBench, until } from "./fixture.ts";

let bench: Bench;
let folder: string;
before(async () => {
  bench = await openBench();
  folder = mkdtempSync(join(tmpdir(), "wrong-app-"));
});
after(async () => {
  rmSync(folder, { recursive: true });
  await bench.stop();
});

test("the host tells what the app registered, under the library's own names", async (t) => {
  const host = await bench.place(t).start();

  const types = host.functions.map(({ name, bindings }) => [
    name,
    Object.values(bindings).map(({ type }) => type),
  ]);

  assert.deepEqual(types, [
    ["tick", ["timerTrigger"]],
    ["work", ["queueTrigger"]],
    ["read", ["blobTrigger"]],
    ["health", ["httpTrigger", "http"]],
    ["echo", ["httpTrigger", "http"]],
    ["silent", ["httpTrigger", "http"]],
    ["broken", ["httpTrigger", "http"]],
    ["release", ["httpTrigger", "http"]],
  ]);
});

test("the app sees its settings and nothing else of the caller's environment", async (t) => {
  const name = "A_SETTING_OF_THE_CALLER";
  process.env[name] = "seen";
  t.after(() => delete process.env[name]);
  const source = `throw new Error("environment: " + Object.keys(process.env).join(" "));`;

  await assert.rejects(startWrong({ "main.cjs": source }), (error: Error) => {
    assert.match(error.message, /AzureWebJobsStorage/);
    assert.match(error.message, /FUNCTIONS_WORKER_RUNTIME/);
    return !error.message.includes(name);
  });
});

test("an app that throws while it loads does not start, and its reason is told", async () => {
  const source = `throw new Error("GRAPH_CLOUD is not set");`;

  await assert.rejects(startWrong({ "main.cjs": source }), {
    message: 'Unable to load entry point "main.cjs": GRAPH_CLOUD is not set',
  });
});

test("an app that ends its own process while it loads does not start", async () => {
  await assert.rejects(startWrong({ "main.cjs": "process.exit(7);" }), /loading \(exit code 7\)/);
});

test("an app that registers nothing does not start", async () => {
  await assert.rejects(startWrong({ "main.cjs": "" }), /registered no function/);
});

test("an app that was not built does not start", async () => {
  await assert.rejects(startWrong({}), /No file of .* matches "main": "\*\.cjs"/);
});

test("a function registered twice, and one with a binding not run here, are named", async () => {
  await assert.rejects(
    startWrong({ "main.cjs": `${register("a", "timerTrigger")} ${register("a", "timerTrigger")}` }),
    /"a" is registered twice/,
  );
  await assert.rejects(
    startWrong({ "main.cjs": `${register("a", "kafkaTrigger")} ${register("b", "sqlTrigger")}` }),
    /a: its trigger is of type kafkaTrigger.*\n.*b: its trigger is of type sqlTrigger/,
  );
});

test("a missing setting, connection or schedule is named with the function that asks for it", async (t) => {
  const { settings, start } = bench.place(t);
  const { WORK_QUEUE: _, ...withoutQueue } = settings;
  const { ArchiveStorage: __, ...withoutArchive } = settings;

  await assert.rejects(start({ env: withoutQueue }), /work: .* asks for the setting WORK_QUEUE/);
  await assert.rejects(start({ env: withoutArchive }), /ArchiveStorage__blobServiceUri/);
  await assert.rejects(start({ env: {} }), /connection Storage is not set/);
  await assert.rejects(
    start({ env: { ...settings, TICK_SCHEDULE: "@daily" } }),
    /tick: The schedule "@daily" is not NCRONTAB/,
  );
});

test("host.json's wrong fields are all named", async (t) => {
  const { start } = bench.place(t);
  const hostJson = {
    version: "2.0",
    functionTimeout: "soon",
    extensions: { queues: { batchSize: 33, messageEncoding: "rot13" } },
  };

  await assert.rejects(start({ hostJson }), (error: Error) => {
    assert.match(error.message, /functionTimeout/);
    assert.match(error.message, /extensions\.queues\.batchSize/);
    assert.match(error.message, /extensions\.queues\.messageEncoding/);
    return true;
  });
});

test("an app made of ES modules runs as well", async (t) => {
  const appRoot = writeApp({ "main.mjs": `${imports()} ${register("a", "timerTrigger")}` });

  const host = await startHost({ ...options(appRoot), schedules: "off" });
  t.after(() => host.stop());

  assert.deepEqual(
    host.functions.map(({ name }) => name),
    ["a"],
  );
});

test("a process that cannot be started again is tried again until it can", async (t) => {
  const source = `
    if (require("node:fs").existsSync(__dirname + "/broken")) throw new Error("broken");
    ${register("a", "timerTrigger")}`;
  const appRoot = writeApp({ "main.cjs": source });
  const records: LogRecord[] = [];
  const logSink = (record: LogRecord) => records.push(record);
  const host = await startHost({ ...options(appRoot), schedules: "off", logSink });
  t.after(() => host.stop());

  writeFileSync(join(appRoot, "broken"), "");
  await host.kill();
  await until(() => records.some(({ message }) => /did not start: .*broken/.test(message)));
  rmSync(join(appRoot, "broken"));

  await host.fire("a");
});

function startWrong(files: Record<string, string>) {
  return startHost(options(writeApp(files)));
}

function options(appRoot: string): HostOptions {
  const { connectionString } = bench.azurite;
  return { appRoot, env: { AzureWebJobsStorage: connectionString }, hostJson: { version: "2.0" } };
}

let apps = 0;
function writeApp(files: Record<string, string>): string {
  apps += 1;
  const appRoot = join(folder, `${apps}`);
  mkdirSync(appRoot);
  const [main = "a.cjs"] = Object.keys(files);
  writeFileSync(join(appRoot, "package.json"), JSON.stringify({ main: main.replace(/^\w+/, "*") }));
  for (const [name, source] of Object.entries(files)) {
    writeFileSync(join(appRoot, name), source);
  }
  return appRoot;
}

/** What the library does, for a binding that the library has no function for. */
function register(name: string, type: string): string {
  return `
    { const core = require("@azure/functions-core");
      core.setProgrammingModel({ name: "test", version: "0.0.0", getInvocationModel: () => ({
        getArguments: async () => ({ context: {}, inputs: [] }),
        invokeFunction: async (context, inputs, handler) => handler(),
        getResponse: async () => ({}) }) });
      core.registerFunction(
        { name: ${JSON.stringify(name)}, bindings: { trigger: {
          type: ${JSON.stringify(type)}, direction: "in", schedule: "0 0 0 1 1 *" } } },
        () => {}); }`;
}

function imports(): string {
  return `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;
}
