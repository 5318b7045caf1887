import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { type Azurite, startAzurite } from "../local/azurite.ts";
import { type GraphControl, graphControl } from "../local/graph/control.ts";
import { readUser } from "../local/graph/directory.ts";
import { type RunningGraph, startGraph } from "../local/graph/start.ts";
import { graphClient } from "../shared/adapters/graph/client.ts";
import { graphMailboxes } from "../shared/adapters/graph/mailboxes.ts";
import { graphTraffic } from "../shared/adapters/graph/traffic.ts";
import { tableClient } from "../shared/adapters/storage-clients.ts";
import { azureTable } from "../shared/adapters/tables.ts";
import { deliveryKey } from "../shared/domain/item-key.ts";
import type { MailItem } from "../shared/domain/mail-item.ts";
import { ImportJob } from "../shared/pipeline/import-job.ts";
import { tableLedger } from "../shared/pipeline/ledger.ts";
import type { Ledger } from "../shared/pipeline/ports.ts";
import { faultyHosts, type Surroundings } from "./fakes/faulty-hosts.ts";
import { seeded } from "./fakes/random.ts";
import { mailItem, memoryGates, memoryLog } from "./fakes/world.ts";

const only = process.env["SEED"];
const seeds = only === undefined ? Array.from({ length: 50 }, (_, n) => n) : [Number(only)];
const ANN = "a0000000-0000-4000-8000-000000000001";
const BOB = "b0000000-0000-4000-8000-000000000002";

let azurite: Azurite;
let graph: RunningGraph;
let control: GraphControl;
let ledger: Ledger;

before(async () => {
  azurite = await startAzurite();
  const connection = { connectionString: azurite.connectionString };
  const [items, deliveries] = ["Items", "Deliveries"].map((name) => tableClient(connection, name));
  assert.ok(items && deliveries);
  await Promise.all([items.createTable(), deliveries.createTable()]);
  ledger = tableLedger({ items: azureTable(items), deliveries: azureTable(deliveries) });

  const users = [
    readUser({ id: ANN, userPrincipalName: "ann@contoso.com" }, "users"),
    readUser({ id: BOB, userPrincipalName: "bob@contoso.com" }, "users"),
  ];
  graph = await startGraph({ users, log: false, limits: { concurrentRequests: 1_000 } });
  control = graphControl(graph.url);
});
after(async () => {
  await graph.stop();
  await azurite.stop();
});

/** The real adapter to a Graph that throttles, fails before and after its work, and hides what it just made. */
function realMailboxes({ now, pass }: Surroundings) {
  const client = graphClient({ baseUrl: graph.url, token: async () => "token", now });
  const traffic = graphTraffic({
    client,
    gates: memoryGates(),
    log: memoryLog(),
    now,
    sleep: async (ms) => pass(ms),
    random: () => 0,
  });
  return graphMailboxes(traffic, { cloud: "global" });
}

/** Every third item has a file that goes by upload session, from a hidden folder, in one move. */
const file = new Uint8Array(3 * 1_048_576 + 5).fill(7);
function itemOf(job: ImportJob): MailItem {
  const item = mailItem(job);
  const key = deliveryKey(job);
  const keyed = { ...item, key, internetMessageId: `<${key}@archive.invalid>` };
  if (Number(job.itemKey.slice(-4)) % 3 !== 0) return keyed;
  const sha256 = createHash("sha256").update(file).digest("hex");
  const info = { name: "a.bin", contentType: "application/octet-stream", inline: false };
  return {
    ...keyed,
    files: [{ ...info, size: file.byteLength, sha256 }],
    async *openFiles() {
      yield (async function* () {
        yield file;
      })();
    },
  };
}

test("over Azurite and a faulty Graph, too: each delivery ends in its mailbox once, or in poison with a code", async () => {
  for (const seed of seeds) {
    try {
      await holds(seed);
    } catch (error) {
      const repeat = `SEED=${seed} npx node --test test/exactly-once-over-azurite.test.ts`;
      throw new Error(`Seed ${seed} fails; repeat it with: ${repeat}`, { cause: error });
    }
  }
  assert.deepEqual(await control.halves(), [], "nobody ever saw half a message");
});

async function holds(seed: number): Promise<void> {
  const hosts = faultyHosts(seeded(seed), realMailboxes, {
    ledger,
    prepare: async (job) => itemOf(job),
  });
  const jobs = [ANN, BOB].map((mailbox, n) =>
    ImportJob.parse({
      v: 1,
      connector: "wechat",
      itemKey: `i-${String(seed * 10 + n).padStart(32, "0")}`,
      mailbox,
      email: { container: "raw", blob: "x.eml" },
      runId: "wechat-20260105T090000000Z",
      traceparent: "",
      deferrals: 0,
    }),
  );
  await control.setFaults({
    seed,
    rules: [
      { kind: "status", status: 429, retryAfter: 2, probability: 0.08 },
      { kind: "status", status: 503, probability: 0.04 },
      { kind: "status", status: 503, when: "after-commit", method: "POST", probability: 0.08 },
      { kind: "reset", when: "after-commit", method: "POST", probability: 0.04 },
      { kind: "not-found-after-create", method: "POST", probability: 0.1 },
    ],
  });
  for (const job of jobs) hosts.put(job);

  // Faults end with the last round: Graph's as well as the hosts'.
  await hosts.run(25, () => control.clearFaults());

  for (const job of jobs) {
    const row = (await ledger.deliveries(job.itemKey)).find((it) => it.mailbox === job.mailbox);
    const messages = await control.messages(job.mailbox);
    const copies = messages.filter(
      ({ folder, properties }) =>
        folder.endsWith("WeChat Archiver") &&
        properties.some(({ value }) => value === deliveryKey(job)),
    );
    if (row?.state === "rejected") {
      assert.ok(row.code);
      assert.equal(copies.length, 0, "a rejected delivery is in no mailbox");
    } else {
      assert.equal(row?.state, "imported");
      assert.equal(copies.length, 1, "an imported delivery is in its mailbox once");
      assert.equal(copies[0]?.attachments.length, itemOf(job).files.length);
    }
  }
}
