import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ensureBuilt } from "../../../local/stack/build.ts";
import { type Stack, startStack } from "../../../local/stack.ts";
import type { Envelope } from "../../../shared/adapters/telemetry/scrub.ts";
import { WITHHELD } from "../../../shared/adapters/telemetry/scrub.ts";
import { telemetryEvents, telemetryMetrics } from "../../../shared/pipeline/telemetry.ts";
import { type Ingestion, startIngestion } from "./ingestion.ts";

let stack: Stack;
let ingestion: Ingestion;
let folder: string;

/** A day of both networks through the whole app, each of its processes ended as the host ends it. */
before(async () => {
  await ensureBuilt();
  folder = await mkdtemp(join(tmpdir(), "day-"));
  ingestion = await startIngestion();
  const preload = new URL("./record-hosts.ts", import.meta.url);
  stack = await startStack({
    env: {
      ...ingestion.env,
      NODE_OPTIONS: `--import ${preload}`,
      RECORD_HOSTS: join(folder, "hosts"),
    },
  });
  const busy = {
    kind: "status",
    status: 429,
    retryAfter: 1,
    path: "/messages$",
    times: 2,
  } as const;
  await stack.graph.setFaults({ seed: 1, rules: [busy] });
  await stack.host.fire("collect");
  for (let isDone = false; !isDone; ) {
    const { deferred } = await stack.host.idle(["convert", "import"]);
    await stack.host.fire("reconcile");
    isDone = !deferred["import"];
  }
  // A tick after the last import closes the runs; the end of the process sends what is left.
  await stack.host.fire("reconcile");
  await stack.stop();
});
after(async () => {
  await stack?.stop();
  await ingestion?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const nameOf = ({ data }: Envelope) => String(data.baseData["name"]);
const propertiesOf = ({ data }: Envelope) => data.baseData["properties"] as Record<string, string>;
const named = (name: string) => ingestion.envelopes.filter((it) => nameOf(it) === name);
const metricNames = () =>
  ingestion.envelopes
    .flatMap(({ data }) => (data.baseData["metrics"] as { name: string }[]) ?? [])
    .map(({ name }) => name);

test("one item's way shows as one trace, from the source through blob and queue to the mailbox", () => {
  const [imported] = named("ItemImported");
  assert.ok(imported);
  const { itemKey } = propertiesOf(imported);
  const trace = ingestion.envelopes.filter(
    ({ tags }) => tags["ai.operation.id"] === imported.tags["ai.operation.id"],
  );

  const stages = ["collect item", "convert item", "import item"].map((name) => {
    const [span] = trace.filter((it) => nameOf(it) === name);
    assert.ok(span && propertiesOf(span)["itemKey"] === itemKey, name);
    return span;
  });
  const [collect, ...later] = stages;
  for (const span of later) {
    assert.equal(span.tags["ai.operation.parentId"], collect?.data.baseData["id"]);
  }
  const posts = trace.filter((it) => nameOf(it) === "POST /users/{id}/mailFolders/{id}/messages");
  const importIds = trace
    .filter((it) => nameOf(it) === "import item")
    .map(({ data }) => data.baseData["id"]);
  assert.ok(posts.length > 0);
  assert.ok(posts.every(({ tags }) => importIds.includes(tags["ai.operation.parentId"])));
  assert.deepEqual(
    trace.filter((it) => nameOf(it) === "ItemConverted").map((it) => propertiesOf(it)["itemKey"]),
    [itemKey],
  );
});

test("every stage of every item left its span, and every delivery its event", () => {
  const items = stack.traffic.items.length;

  assert.equal(named("collect item").length, items);
  assert.equal(named("convert item").length, items);
  const delivered = new Set(
    named("ItemImported").map(
      (it) => `${propertiesOf(it)["itemKey"]} ${propertiesOf(it)["mailbox"]}`,
    ),
  );
  assert.equal(delivered.size, named("ItemImported").length);
  const balanced = named("RunBalanced").map(propertiesOf);
  const counted = balanced.reduce(
    (sum, { imported, partial }) => sum + Number(imported) + Number(partial),
    0,
  );
  assert.equal(balanced.length, 2);
  assert.equal(counted, delivered.size);
});

test("the day's telemetry holds the events and metrics of the catalogue, and no other", () => {
  const events = new Set(
    ingestion.envelopes.filter(({ data }) => data.baseType === "EventData").map(nameOf),
  );

  // The day balances, so nothing is told of a run that does not.
  assert.deepEqual([...events, "RunUnbalanced"].sort(), Object.keys(telemetryEvents).sort());
  assert.deepEqual([...new Set(metricNames())].sort(), Object.keys(telemetryMetrics).sort());
});

test("nothing that the app tells on purpose is withheld by its own scrubber", () => {
  assert.ok(!ingestion.bodies.some((body) => body.includes(`"${WITHHELD}"`)));
});

test("no word, name, number, address or secret of the day is in what was sent or logged", () => {
  const forbidden = secretsOf(stack);
  assert.ok(forbidden.length > 400, `${forbidden.length} to look for`);
  const said = [...ingestion.bodies, JSON.stringify(stack.logs)].join("\n");

  const found = forbidden.filter((text) => said.includes(text));

  assert.deepEqual(found, []);
});

test("telemetry is signed for by the managed identity, for Azure Monitor and nobody else", () => {
  const [asked, ...again] = ingestion.tokensAsked;

  assert.deepEqual(asked, {
    resource: "https://monitor.azure.com",
    clientId: "66666666-7777-4888-8999-aaaaaaaaaaaa",
  });
  assert.ok(again.every(({ resource }) => resource === asked?.resource));
  assert.ok(ingestion.authorizations.every((it) => it === "Bearer made-up-identity-token"));
});

test("the app spoke to nobody but those it was told of", async () => {
  const hosts = new Set((await readFile(join(folder, "hosts"), "utf8")).trim().split("\n"));

  assert.deepEqual([...hosts].sort(), ["127.0.0.1"]);
});

/** What people of the day wrote and are called, and all that is secret. */
function secretsOf({ traffic, connectionString }: Stack): string[] {
  const texts = traffic.items.flatMap(({ bytes, expect }) => {
    // Behind the first pages lie files only.
    const raw = Buffer.from(bytes.subarray(0, 50_000)).toString();
    return [
      ...expect.shows,
      ...expect.files.map(({ name }) => name),
      ...(raw.match(/[\w.+-]+@[\w-]+\.[\w.-]+/g) ?? []),
      ...(raw.match(/\b\d{8,15}\b/g) ?? []).filter(isSomebodys),
    ];
  });
  const key = /AccountKey=([^;]+)/.exec(connectionString)?.[1] ?? "";
  const secrets = [key, "example-token", "a made-up salt", "made-up-identity-token"];
  const names = traffic.users.flatMap(({ displayName, mail }) => [displayName, mail]);
  return [...new Set([...texts, ...secrets, ...names])].filter((text) => text.length > 3);
}

/** A day, milliseconds since 1970 and a size in KiB stand in ids and codes, and mean nobody. */
function isSomebodys(digits: string): boolean {
  return !/^(?:20\d{6}|1[6-8]\d{11})$/.test(digits) && Number(digits) % 1024 !== 0;
}
