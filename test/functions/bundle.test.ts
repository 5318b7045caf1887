import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);
const settings = {
  ArchiveStorage: "UseDevelopmentStorage=true",
  GRAPH_CLOUD: "global",
  TENANT_HASH_SALT: "salt",
};

/** Loads the bundle as the worker does: `@azure/functions-core` is provided, no other package is. */
const LOADER = `
const Module = require("node:module");
const registered = [];
const core = {
  version: "0", hostVersion: "4", Disposable: class { dispose() {} },
  setProgrammingModel() {}, getProgrammingModel() {}, log() {},
  registerHook() { return new core.Disposable(); },
  registerFunction(metadata) { registered.push(metadata); return new core.Disposable(); },
};
const original = Module.prototype.require;
Module.prototype.require = function (name) {
  return name === "@azure/functions-core" ? core : original.call(this, name);
};
let failure;
try { require("./main.cjs"); } catch (error) { failure = { name: error.name, message: error.message }; }
// What is loaded beside the registrations is loaded by then.
setTimeout(() => {
  // The telemetry packages leave this mark as soon as they are run.
  const telemetry = process.env.AZURE_MONITOR_DISTRO_VERSION;
  process.stdout.write(JSON.stringify({ registered, failure, telemetry }), () => process.exit());
}, 500);
`;

interface Loaded {
  readonly registered: {
    readonly name: string;
    readonly bindings: Record<string, Record<string, unknown>>;
  }[];
  readonly failure?: { readonly name: string; readonly message: string };
  /** The version of the telemetry packages, if they were run. */
  readonly telemetry?: string;
}

let directory: string;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "bundle-"));
  await run(process.execPath, ["build.ts", join(directory, "main.cjs")]);
  await writeFile(join(directory, "load.cjs"), LOADER);
});
after(() => rm(directory, { recursive: true }));

async function load(env: Record<string, string>): Promise<Loaded> {
  const { stdout } = await run(process.execPath, ["load.cjs"], { cwd: directory, env });
  return JSON.parse(stdout);
}

test("the bundle loads where there are no packages, and registers exactly its functions", async () => {
  const { registered, failure } = await load(settings);

  assert.equal(failure, undefined);
  const triggers = registered.map(({ name, bindings }) => {
    const [binding] = Object.values(bindings).filter(({ direction }) => direction === "in");
    const { type, schedule, path, queueName, source, connection, authLevel } = binding ?? {};
    return { name, type, schedule, path, queueName, source, connection, authLevel };
  });
  assert.deepEqual(JSON.parse(JSON.stringify(triggers)), [
    { name: "collect", type: "timerTrigger", schedule: "0 */15 * * * *" },
    {
      name: "convert",
      type: "blobTrigger",
      path: "receipts/{name}",
      source: "LogsAndContainerScan",
      connection: "ArchiveStorage",
    },
    {
      name: "import",
      type: "queueTrigger",
      queueName: "import-jobs",
      connection: "ArchiveStorage",
    },
    { name: "reconcile", type: "timerTrigger", schedule: "0 7,22,37,52 * * * *" },
    { name: "health", type: "httpTrigger", authLevel: "anonymous" },
    { name: "operations", type: "httpTrigger", authLevel: "anonymous" },
  ]);
});

test("settings choose the schedules and the blob trigger's source, and the functions stay the same", async () => {
  const { registered } = await load({
    ...settings,
    COLLECT_SCHEDULE: "0 0 * * * *",
    BLOB_TRIGGER_SOURCE: "EventGrid",
  });

  const bindings = registered.flatMap((it) => Object.values(it.bindings));
  assert.ok(bindings.some(({ schedule }) => schedule === "0 0 * * * *"));
  assert.ok(bindings.some(({ source }) => source === "EventGrid"));
});

test("a host with wrong settings registers its functions, then refuses with every fault and its remedy", async () => {
  const { registered, failure } = await load({
    GRAPH_CLOUD: "mars",
    GRAPH_BASE_URL: "http://x.example",
  });

  assert.equal(registered.length, 6);
  assert.equal(failure?.name, "ConfigurationError");
  for (const name of ["ArchiveStorage", "GRAPH_CLOUD", "GRAPH_BASE_URL", "TENANT_HASH_SALT"]) {
    assert.match(failure?.message ?? "", new RegExp(`^${name} must`, "m"));
  }
});

test("telemetry is run where it is configured, and not a line of it elsewhere", async () => {
  const connection =
    "InstrumentationKey=11111111-2222-4333-8444-555555555555;IngestionEndpoint=https://127.0.0.1:1/";

  const without = await load(settings);
  const withIt = await load({ ...settings, APPLICATIONINSIGHTS_CONNECTION_STRING: connection });

  assert.equal(without.telemetry, undefined);
  assert.match(withIt.telemetry ?? "", /^\d+\.\d+\.\d+$/);
});

test("the package stays small, since every cold start loads it", async () => {
  const { size } = await stat(join(directory, "main.cjs"));

  assert.ok(size < 4_500_000, `${size} bytes`);
});

test("what packages would do behind our back, and what nobody uses of them, is not in the package", async () => {
  const code = await readFile(join(directory, "main.cjs"), "utf8");

  const left = [
    // Sending elsewhere, by environment variable.
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "@grpc/grpc-js",
    // Hourly questions to Microsoft.
    "pollAndReschedule",
    // Spans of every request of the Azure SDK, with its URL.
    '"OpenTelemetryInstrumenter"',
    // The Spanish of a validator that speaks English here.
    "se esperaba",
  ].filter((text) => code.includes(text));
  assert.deepEqual(left, []);
});

test("package.json and host.json are what the host looks for", async () => {
  const { main } = JSON.parse(await readFile("package.json", "utf8"));
  const host = JSON.parse(await readFile("host.json", "utf8"));

  assert.equal(main, "dist/main.cjs");
  assert.equal(host.version, "2.0");
  assert.equal(host.extensions.queues.maxDequeueCount, 5);
});
