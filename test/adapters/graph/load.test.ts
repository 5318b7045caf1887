import assert from "node:assert/strict";
import { test } from "node:test";
import { readUser } from "../../../local/graph/directory.ts";
import { type DeferredError, RejectedItemError } from "../../../shared/domain/errors.ts";
import { importItem } from "../../../shared/pipeline/import-item.ts";
import type { ImportJob } from "../../../shared/pipeline/import-job.ts";
import { tableLedger } from "../../../shared/pipeline/ledger.ts";
import { noTelemetry } from "../../../shared/pipeline/telemetry.ts";
import { memoryTable } from "../../fakes/memory-table.ts";
import { delivery, graphWorld, mailItem } from "./world.ts";

/** `IMPORT_JOBS=10000` for the whole load: a minute and more. */
const JOBS = Number(process.env["IMPORT_JOBS"] ?? 1000);
const HANDS = 16;
const MAILBOXES = Array.from(
  { length: 20 },
  (_, n) => `c0000000-0000-4000-8000-0000000000${10 + n}`,
);

test("with 30 % of the requests throttled and 10 % of the answers lost, each item is there once", async (t) => {
  const users = MAILBOXES.map((id, n) =>
    readUser({ id, userPrincipalName: `u${n}@contoso.com` }, "users"),
  );
  const { control, process, clock, pass, gates } = await graphWorld(t, { users, log: false });
  const { mailboxes } = process();
  const now = () => clock.now;
  const ledger = tableLedger({ items: memoryTable(), deliveries: memoryTable() });
  await control.setFaults({
    seed: 1,
    rules: [
      { kind: "status", method: "POST", status: 429, retryAfter: 1, probability: 0.3 },
      { kind: "reset", method: "POST", when: "after-commit", probability: 0.05 },
      { kind: "status", method: "POST", status: 503, when: "after-commit", probability: 0.05 },
    ],
  });
  const queue = Array.from({ length: JOBS }, (_, n) => ({ ...job(n), dueAt: 0 }));
  let imported = 0;
  const poisoned: unknown[] = [];

  async function work(): Promise<void> {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const entry = next;
      const waitMs = entry.dueAt - clock.now.getTime();
      if (waitMs > 0) pass(waitMs);
      const prepare = async () => mailItem(entry);
      try {
        await importItem(entry, { prepare, mailboxes, ledger, gates, telemetry: noTelemetry, now });
        imported += 1;
      } catch (error) {
        if (error instanceof RejectedItemError) {
          poisoned.push(error);
          continue;
        }
        const { name, retryAfterMs = 1000 } = error as DeferredError;
        assert.equal(name, "DeferredError", String(error));
        queue.push({ ...entry, dueAt: clock.now.getTime() + retryAfterMs });
      }
    }
  }
  await Promise.all(Array.from({ length: HANDS }, work));

  assert.deepEqual(poisoned, []);
  assert.equal(imported, JOBS);
  const ids = new Set<string>();
  let messages = 0;
  for (const mailbox of MAILBOXES) {
    for (const { fields } of await control.messages(mailbox, "WeChat Archiver")) {
      ids.add(`${mailbox} ${fields.internetMessageId}`);
      messages += 1;
    }
  }
  assert.equal(messages, JOBS);
  assert.equal(ids.size, JOBS);
});

function job(n: number): ImportJob {
  return {
    v: 1,
    connector: "wechat",
    ...delivery(`item ${n}`, MAILBOXES[n % MAILBOXES.length]),
    email: { container: "emails", blob: "wechat/2026/01/05/item.eml" },
    runId: "run",
    traceparent: "",
    deferrals: 0,
  };
}
