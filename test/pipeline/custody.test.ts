import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../../shared/domain/item-key.ts";
import { isBalanced } from "../../shared/domain/tally.ts";
import { CustodyHeader, CustodyLine } from "../../shared/pipeline/custody-file.ts";
import { sealRuns } from "../../shared/pipeline/seal-run.ts";
import { ann, archive, bob, textItem } from "../fakes/archive.ts";
import { dies, HOUR, nine } from "../fakes/world.ts";

const csv = "15550100,ann@contoso.com\n15550101,bob@contoso.com\n";
const strangers = { from: "15559998", to: ["15559999"] };

function custodyOf(app: ReturnType<typeof archive>) {
  return [...app.blobs.keys()].filter((name) => name.startsWith("custody/wechat/"));
}

function read(app: ReturnType<typeof archive>, name: string | undefined) {
  const text = app.blobs.get(name ?? "")?.toString() ?? "";
  const [first, ...others] = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  return {
    header: CustodyHeader.parse(first),
    items: others.map((line) => CustodyLine.parse(line)),
  };
}

function pointerTo(app: ReturnType<typeof archive>, name: string) {
  return { blob: name.replace("custody/", ""), sha256: sha256(app.blobs.get(name) ?? "") };
}

test("each closed run gets one custody file: a line that names the run, and a line an item", async () => {
  const app = archive([textItem("1"), textItem("2", strangers)], { csv });

  await app.passDay();

  const [name, ...others] = custodyOf(app);
  const { header, items } = read(app, name);
  const [run] = await app.allRuns();
  assert.deepEqual(others, []);
  assert.equal(header.runId, run?.runId);
  assert.deepEqual(header.tally, run?.tally);
  assert.equal(items.length, 2);
});

test("an item's line tells its whole way: received, stored, converted, mapped by which rule, imported as which item", async () => {
  const app = archive([textItem("1")], { csv });

  await app.passDay();

  const [line] = read(app, custodyOf(app)[0]).items;
  const { received, stored, converted, deliveries } = line ?? {};
  assert.equal(received?.sourceItemId, "1");
  assert.equal(stored?.sha256, sha256(app.blobs.get(`raw/${stored?.raw.blob}`) ?? ""));
  assert.equal(converted?.sha256, sha256(app.blobs.get(`emails/${converted?.email.blob}`) ?? ""));
  assert.deepEqual(converted?.mappedBy, [
    { mailbox: ann, rule: "custom", row: 1 },
    { mailbox: bob, rule: "custom", row: 2 },
  ]);
  assert.deepEqual(
    deliveries?.map(({ mailbox }) => mailbox),
    [ann, bob],
  );
  assert.ok(deliveries?.every(({ mailboxItemId }) => mailboxItemId));
});

test("each file carries the hash of the connector's file before it", async () => {
  const app = archive([textItem("1")], { csv });
  await app.passDay();
  app.pass(24 * HOUR);
  await app.passDay();

  const [first = "", second] = custodyOf(app);
  assert.equal(read(app, first).header.previous, null);
  assert.deepEqual(read(app, second).header.previous, pointerTo(app, first));
});

test("a host that dies at any step of sealing forks no chain and leaves no run out", async () => {
  for (let step = 0; step < 12; step += 1) {
    const app = archive([textItem("1")], { csv });
    await app.passDay();
    app.pass(24 * HOUR);
    await app.collect();
    await app.convert();
    await app.import();
    const dying = dyingAt(step, app);

    await dying.reconcile().catch(() => undefined);
    app.pass(HOUR);
    await app.passDay();
    app.pass(24 * HOUR);
    await app.passDay();

    const headers = custodyOf(app)
      .map((name) => ({ name, header: read(app, name).header }))
      .sort((a, b) => a.header.sequence - b.header.sequence);
    const closed = (await app.allRuns()).filter(({ state }) => state === "closed");
    assert.equal(headers.length, closed.length, `step ${step}`);
    for (const [index, { header }] of headers.entries()) {
      const before = headers[index - 1];
      const expected = before ? pointerTo(app, before.name) : null;
      assert.deepEqual(header.previous, expected, `step ${step}, file ${index}`);
    }
  }
});

/** The app as a host runs it that dies at the n-th thing it asks of runs, files or the chain. */
function dyingAt(step: number, app: ReturnType<typeof archive>) {
  let left = step;
  const mortal = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== "function" || ["items", "list"].includes(String(name))) return value;
        return async (...args: unknown[]) => {
          left -= 1;
          if (left < 0) await dies();
          return value.apply(target, args);
        };
      },
    });
  return {
    async reconcile() {
      await app.reconcile({
        files: mortal(app.files),
        runs: mortal(app.runs),
        custodyChains: {
          async lease(connector: string) {
            const lease = await app.custodyChains.lease(connector);
            return lease && { ...lease, ...mortal({ begin: lease.begin, finish: lease.finish }) };
          },
        },
      });
    },
  };
}

test("time that is up while a file is written leaves nothing of it; the next pass writes it whole", async () => {
  const app = archive([textItem("1")], { csv });
  await app.collect();
  await app.convert();
  await app.import();
  const [open] = await app.allRuns();
  assert.ok(open);
  const closed = { ...open, state: "closed" as const, closedAt: nine };
  let asked = 0;

  const sealed = await sealRuns("wechat", [closed], app, () => {
    asked += 1;
    return asked === 1;
  });

  assert.deepEqual(sealed, []);
  assert.deepEqual(custodyOf(app), []);
  assert.equal((await sealRuns("wechat", [closed], app, () => true)).length, 1);
});

test("a connector whose tables are lost goes on with its chain where the files end", async () => {
  const app = archive([textItem("1")], { csv });
  await app.passDay();
  const [first = ""] = custodyOf(app);
  app.loseTables();
  app.pass(24 * HOUR);

  await app.passDay();

  const [, second] = custodyOf(app);
  assert.deepEqual(read(app, second).header.previous, pointerTo(app, first));
});

test("a run's report has Purview's counters, and who failed lies under restricted", async () => {
  const app = archive([textItem("1"), textItem("2", strangers)], { csv });

  await app.passDay();

  const [run] = await app.allRuns();
  assert.ok(run && isBalanced(run.tally));
  const base = `wechat/2026/01/05/${run.runId}`;
  const report = JSON.parse(String(app.blobs.get(`reports/runs/${base}.json`)));
  assert.equal(report.itemsAvailableFromSource, 2);
  assert.equal(report.itemsAvailableForImport, 3);
  assert.equal(report.itemsImported, 2);
  assert.equal(report.itemsFailed, 1);
  assert.deepEqual(report.failedByCode, { unmapped: 1 });
  const csvReport = String(app.blobs.get(`reports/runs/${base}.csv`));
  assert.match(csvReport, /Items available from source,.*\r\n[^,]+,2,3,2,0,0,1\r\n$/);
  const failed = String(app.blobs.get(`reports/restricted/runs/${base}.failed.csv`));
  assert.match(failed, /2,15559998,,unmapped,no-participant-mapped/);
  assert.match(failed, /2,15559999,,unmapped,no-participant-mapped/);
  for (const [name, bytes] of app.blobs) {
    const isOpen = name.startsWith("reports/runs/") || name.startsWith("custody/");
    if (isOpen) assert.doesNotMatch(bytes.toString(), /1555\d/, name);
  }
});

test("a day without items is reported as such, in Purview's words", async () => {
  const app = archive([], { csv });

  await app.passDay();

  const [run] = await app.allRuns();
  const report = JSON.parse(
    String(app.blobs.get(`reports/runs/wechat/2026/01/05/${run?.runId}.json`)),
  );
  assert.equal(report.note, "No items ingested on 01/05/2026.");
});

test("emails that have served are deleted after 30 days; what is set aside keeps its own", async () => {
  const app = archive([textItem("1"), textItem("2")], { csv });
  await app.collect();
  await app.convert();
  const [, job] = app.queue.jobs.splice(2);
  assert.ok(job);
  await app.ledger.recordRejection(job, {
    code: "mailbox-unavailable",
    detail: "",
    at: app.now(),
  });
  await app.settle();
  const emails = () => [...app.blobs.keys()].filter((name) => name.startsWith("emails/"));
  assert.equal(emails().length, 2);

  app.pass(29 * 24 * HOUR);
  await app.reconcile();
  assert.equal(emails().length, 2);
  app.pass(48 * HOUR);
  await app.reconcile();

  assert.deepEqual(emails(), [`emails/${job.email.blob}`]);
});
