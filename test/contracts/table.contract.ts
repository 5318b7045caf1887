import assert from "node:assert/strict";
import { test } from "node:test";
import type { Table } from "../../shared/pipeline/table.ts";

/** What every table must do, in memory and in Azure alike. */
export function tableContract(name: string, open: () => Promise<Table>): void {
  test(`${name}: of two that insert the same row, one is told that it is there`, async () => {
    const table = await open();

    const first = await table.insert("p", "r", { a: 1 });
    const second = await table.insert("p", "r", { a: 2 });

    assert.ok(first);
    assert.equal(second, undefined);
    assert.equal((await table.get("p", "r"))?.cells["a"], 1);
  });

  test(`${name}: a row changed meanwhile is not changed by whoever holds its old etag`, async () => {
    const table = await open();
    const old = (await table.insert("p", "r", { a: 1 })) ?? "";

    const current = await table.update("p", "r", { a: 2 }, old);
    const late = await table.update("p", "r", { a: 3 }, old);

    assert.ok(current);
    assert.equal(late, undefined);
    assert.equal((await table.get("p", "r"))?.etag, current);
    assert.equal((await table.get("p", "r"))?.cells["a"], 2);
  });

  test(`${name}: a merge changes the named cells, empties those that are null, leaves the rest`, async () => {
    const table = await open();
    await table.merge("p", "r", { kept: "yes", emptied: "x", changed: 1 });

    await table.merge("p", "r", { emptied: null, changed: 2, untouched: undefined });

    const row = await table.get("p", "r");
    assert.deepEqual(row?.cells, { kept: "yes", changed: 2 });
  });

  test(`${name}: texts, dates, truths and numbers of any size come back as they went`, async () => {
    const table = await open();
    const cells = {
      text: "x".repeat(100_000),
      exactly: "y".repeat(60_000),
      date: new Date("2026-01-05T09:00:00.123Z"),
      yes: true,
      small: 7,
      large: 4_294_967_296,
      half: 0.5,
    };

    await table.insert("p", "r", cells);
    assert.deepEqual((await table.get("p", "r"))?.cells, cells);

    await table.merge("p", "r", { text: "short", exactly: "z".repeat(30_000) });
    const row = await table.get("p", "r");
    assert.equal(row?.cells["text"], "short");
    assert.equal(row?.cells["exactly"], "z".repeat(30_000));
  });

  test(`${name}: a list holds the rows of one partition that fit, in order`, async () => {
    const table = await open();
    const rows = Array.from({ length: 250 }, (_, n) => ({
      row: String(n).padStart(3, "0"),
      cells: { even: n % 2 === 0, kind: n < 100 ? "low" : "high" },
    }));
    await table.mergeMany("p", rows);
    await table.merge("q", "000", { even: true });

    const found: string[] = [];
    for await (const { row } of table.list("p", {
      where: { even: true, kind: "high" },
      from: "110",
      until: "120",
    })) {
      found.push(row);
    }

    assert.deepEqual(found, ["110", "112", "114", "116", "118"]);
  });

  test(`${name}: a row that is removed is gone, and removing it twice is no error`, async () => {
    const table = await open();
    await table.insert("p", "o'brien", { a: 1 });

    await table.remove("p", "o'brien");
    await table.remove("p", "o'brien");

    assert.equal(await table.get("p", "o'brien"), undefined);
  });

  test(`${name}: a row that was written since is not removed by who read it before`, async () => {
    const table = await open();
    await table.insert("p", "written-since", { a: 1 });
    const before = await table.get("p", "written-since");
    await table.merge("p", "written-since", { a: 2 });

    await table.remove("p", "written-since", before?.etag);

    assert.equal((await table.get("p", "written-since"))?.cells["a"], 2);
  });
}
