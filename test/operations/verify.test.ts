import assert from "node:assert/strict";
import { test } from "node:test";
import type { Problem } from "../../shared/operations/verify/problems.ts";
import { archive, operator, textItem } from "../fakes/archive.ts";
import { HOUR } from "../fakes/world.ts";

const csv = "15550100,ann@contoso.com\n15550101,bob@contoso.com\n";
type App = ReturnType<typeof archive>;

/** Two days, each with its run, and an operator's action. */
async function twoDays() {
  const app = archive([textItem("1"), textItem("2")], { csv });
  await app.passDay();
  app.pass(24 * HOUR);
  await app.passDay();
  await app.operationLog.record({ by: operator, action: "connectors.disable", why: "a test" });
  await app.operationLog.record({ by: operator, action: "connectors.enable", why: "it is over" });
  return app;
}

async function verify(app: App, parameters: Record<string, unknown> = {}): Promise<Problem[]> {
  const { id, result } = await app.order("verify", parameters);
  const report = JSON.parse(String(app.blobs.get(`reports/orders/${id}.json`)));
  assert.equal(result?.["clean"], report.length === 0);
  return report;
}

function names(app: App, prefix: string): string[] {
  return [...app.blobs.keys()].filter((name) => name.startsWith(prefix)).sort();
}

/** One bit of one byte in the middle of a blob. */
function changeOneByte(app: App, name: string): void {
  const bytes = Buffer.from(app.blobs.get(name) ?? "");
  const middle = bytes.byteLength >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  app.blobs.set(name, bytes);
}

test("what nobody touched is clean", async () => {
  const app = await twoDays();

  assert.deepEqual(await verify(app), []);
});

test("one byte changed in any raw blob: verify names it", async () => {
  const app = await twoDays();
  for (const name of names(app, "raw/")) {
    const before = app.blobs.get(name);
    changeOneByte(app, name);

    const problems = await verify(app);

    assert.deepEqual(
      problems.map(({ blob, problem }) => [blob, problem]),
      [[name, "raw-changed"]],
    );
    app.blobs.set(name, before ?? Buffer.of());
  }
});

test("one byte changed in any custody file: verify names it, and no other", async () => {
  const app = await twoDays();
  for (const name of names(app, "custody/wechat/")) {
    const before = app.blobs.get(name) ?? Buffer.of();
    for (let at = 0; at < before.byteLength; at += 37) {
      const changed = Buffer.from(before);
      changed[at] = (changed[at] ?? 0) ^ 1;
      app.blobs.set(name, changed);

      const problems = await verify(app);

      assert.ok(problems.length > 0, `byte ${at} of ${name}`);
      const named = problems.filter(({ blob }) => blob.startsWith("custody/"));
      assert.ok(named.length > 0, `byte ${at} of ${name}`);
      assert.ok(
        named.every(({ blob }) => blob === name),
        `byte ${at} of ${name}`,
      );
    }
    app.blobs.set(name, before);
  }
});

test("whatever of the evidence is gone is told by its name", async () => {
  const app = await twoDays();
  const [raw = "", receipt = "", email = "", custody = ""] = [
    ...names(app, "raw/").slice(0, 1),
    ...names(app, "receipts/").slice(1, 2),
    ...names(app, "emails/").slice(0, 1),
    ...names(app, "custody/wechat/").slice(0, 1),
  ];
  for (const [name, problem] of [
    [raw, "raw-missing"],
    [receipt, "receipt-missing"],
    [email, "email-missing"],
    [custody, "custody-missing"],
  ] as const) {
    const before = app.blobs.get(name);
    app.blobs.delete(name);

    const problems = await verify(app);

    assert.ok(
      problems.some((it) => it.blob === name && it.problem === problem),
      `${name} ${problem}`,
    );
    app.blobs.set(name, before ?? Buffer.of());
  }
});

test("an email that was changed, and one that served and was deleted, are told apart", async () => {
  const app = await twoDays();
  const [name = ""] = names(app, "emails/");
  changeOneByte(app, name);
  const changed = await verify(app);
  app.pass(40 * 24 * HOUR);
  await app.reconcile();

  const afterwards = await verify(app);

  assert.deepEqual(
    changed.map(({ blob, problem }) => [blob, problem]),
    [[name, "email-changed"]],
  );
  assert.deepEqual(names(app, "emails/"), []);
  assert.deepEqual(afterwards, []);
});

test("a ledger that says otherwise than what was sealed is told, row by row", async () => {
  const app = await twoDays();
  const [item] = app.tables.items.rows();
  const [delivery] = app.tables.deliveries.rows().filter(({ cells }) => cells["mailboxItemId"]);
  assert.ok(item && delivery);
  await app.tables.items.merge(item.partition, item.row, { sha256: "0".repeat(64) });
  await app.tables.deliveries.merge(delivery.partition, delivery.row, { mailboxItemId: "other" });

  const problems = await verify(app);

  assert.deepEqual(problems.map(({ problem }) => problem).sort(), [
    "delivery-row-differs",
    "ledger-row-differs",
  ]);
});

test("a receipt that no run counts is told: it would never come in", async () => {
  const app = await twoDays();
  const [item] = app.tables.items.rows();
  assert.ok(item);
  await app.tables.items.remove(item.partition, item.row);

  const problems = await verify(app);

  assert.ok(problems.some(({ problem }) => problem === "receipt-not-in-ledger"));
});

test("a custody file put there by a stranger is told", async () => {
  const app = await twoDays();
  const [name = ""] = names(app, "custody/wechat/");
  const forged = name.replace(".jsonl", "-forged.jsonl");
  app.blobs.set(forged, app.blobs.get(name) ?? Buffer.of());

  assert.deepEqual(
    (await verify(app)).map(({ blob, problem }) => [blob, problem]),
    [[forged, "custody-not-in-ledger"]],
  );
});

test("an operator's action that was changed or taken away is told", async () => {
  const app = await twoDays();
  const [first = "", second = ""] = names(app, "custody/_operations/");
  const before = app.blobs.get(first) ?? Buffer.of();
  app.blobs.set(first, Buffer.from(before.toString().replace("a test", "a jest")));
  const changed = await verify(app);
  app.blobs.delete(first);

  const gone = await verify(app);

  assert.deepEqual(
    changed.map(({ blob, problem }) => [blob, problem]),
    [[first, "operation-changed"]],
  );
  assert.equal(gone[0]?.problem, "operation-missing");
  assert.equal(gone[0]?.blob, second);
});

test("a verification of some days looks at no other, and still at the link to the day before", async () => {
  const app = await twoDays();
  const [raw = ""] = names(app, "raw/");
  changeOneByte(app, raw);

  const second = await verify(app, { from: "2026-01-06", until: "2026-01-06" });
  const first = await verify(app, { from: "2026-01-05", until: "2026-01-05" });

  assert.deepEqual(second, []);
  assert.equal(first.length, 1);
});

test("a verification cut short again and again finds what one in a single go finds", async () => {
  const app = archive(
    Array.from({ length: 50 }, (_, n) => textItem(String(n))),
    { csv },
  );
  await app.passDay();
  const all = names(app, "raw/");
  for (const name of [all[3], all[30], all[49]]) changeOneByte(app, name ?? "");
  const whole = await verify(app);

  const { id } = await app.order("verify", {}, { mayGoOn: () => false });
  for (let slice = 0; slice < 400; slice += 1) {
    let left = 5;
    await app.carryOrders({}, () => {
      left -= 1;
      return left > 0;
    });
  }

  const report: Problem[] = JSON.parse(String(app.blobs.get(`reports/orders/${id}.json`)));
  assert.deepEqual(report.map(({ blob }) => blob).sort(), whole.map(({ blob }) => blob).sort());
  assert.equal(report.length, 3);
});
