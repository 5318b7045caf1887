import assert from "node:assert/strict";
import { test } from "node:test";
import { SourceError } from "../../shared/domain/errors.ts";
import { ann, archive, operator, textItem } from "../fakes/archive.ts";
import { HOUR, nine } from "../fakes/world.ts";

const csv = "15550100,ann@contoso.com\n15550101,bob@contoso.com\n";
const DAY = 24 * HOUR;
const from = new Date("2025-11-01T00:00:00Z");

/** Ten days with two items each, an archive that runs daily since, and a back-fill of those days. */
async function begun() {
  const old = Array.from({ length: 20 }, (_, n) =>
    textItem(`old-${n}`, { at: new Date(from.getTime() + (n * DAY) / 2 + HOUR) }),
  );
  const app = archive([textItem("today"), ...old], { csv });
  await app.passDay();
  await app.checkpoints.startBackfill({
    connector: "wechat",
    id: "backfill-1",
    span: { from, until: new Date(from.getTime() + 10 * DAY) },
    by: operator,
    why: "the year before",
    startedAt: app.now(),
  });
  return app;
}

async function progress(app: Awaited<ReturnType<typeof begun>>) {
  for await (const { checkpoint } of app.checkpoints.backfills("wechat")) return checkpoint;
  return undefined;
}

test("a back-fill collects each day of its span by a run of its own, and ends", async () => {
  const app = await begun();

  await app.passDay();

  const runs = (await app.allRuns()).filter(({ kind }) => kind === "backfill");
  assert.equal(runs.length, 10);
  assert.ok(runs.every(({ state, fromSource }) => state === "closed" && fromSource === 2));
  assert.equal(app.mailboxes.keys(ann).length, 21);
  assert.ok((await progress(app))?.finishedAt);
});

test("it never moves the daily checkpoint, and the daily collection goes first", async () => {
  const app = await begun();
  const before = await app.checkpoints.get("wechat");

  await app.collect();

  assert.deepEqual(await app.checkpoints.get("wechat"), before);
  assert.ok((await progress(app))?.until);
});

test("a back-fill that is cut short at every turn goes on from its page, and brings each item in once", async () => {
  const app = await begun();
  for (let tick = 0; tick < 200; tick += 1) {
    let left = 6;
    await app.collect({
      mayGoOn() {
        left -= 1;
        return left > 0;
      },
    });
  }

  await app.settle();

  assert.ok((await progress(app))?.finishedAt);
  assert.equal(app.mailboxes.keys(ann).length, 21);
  assert.equal(new Set(app.mailboxes.keys(ann)).size, 21);
});

test("a source that fails holds a back-fill up, notes why, and loses none of it", async () => {
  const app = await begun();
  const list = app.source.list;
  app.source.list = async (window, cursor) => {
    if (window.until < nine && window.from > new Date(from.getTime() + 3 * DAY)) {
      throw new SourceError("unavailable", "status-500");
    }
    return list(window, cursor);
  };
  await app.passDay();
  const held = await progress(app);
  app.source.list = list;

  await app.passDay();

  assert.equal(held?.failure?.detail, "status-500");
  assert.equal(held?.finishedAt, undefined);
  assert.ok((await progress(app))?.finishedAt);
  assert.equal(app.mailboxes.keys(ann).length, 21);
});

test("what was collected before is skipped: a span may be collected again", async () => {
  const app = await begun();
  await app.passDay();
  await app.checkpoints.startBackfill({
    connector: "wechat",
    id: "backfill-2",
    span: { from, until: new Date(from.getTime() + 2 * DAY) },
    by: operator,
    why: "once more",
    startedAt: app.now(),
  });

  await app.passDay();

  const again = (await app.allRuns()).filter(({ runId }) => runId.includes("backfill-2"));
  assert.deepEqual(
    again.map(({ tally }) => [tally.available, tally.skipped]),
    [
      [2, 2],
      [2, 2],
    ],
  );
  assert.equal(app.mailboxes.keys(ann).length, 21);
});
