import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { table, text } from "../infra/files.ts";
import { type Bill, countedArchive } from "./archive.ts";
import type { Counts } from "./counting-storage.ts";
import { kinds, type Made } from "./kinds.ts";

/** The tables here are what the app is held to: whoever makes it ask for more changes a number on purpose. */
const document = text("docs/cost.md");

type Row = Readonly<Record<string, string>>;
const STAGES = ["collect", "convert", "import", "reconcile"] as const;
const SMALL = "email, one mailbox";

let archive: Awaited<ReturnType<typeof countedArchive>>;
/** What one item more asks for, by kind. */
const perItem = new Map<string, Bill>();
let emptyWindow: Bill;
let idle: Awaited<ReturnType<typeof archive.idleTicks>>;
let removal: Counts;

before(async () => {
  archive = await countedArchive();
  const of = (make: (id: string) => Made, count: number) =>
    Array.from({ length: count }, (_, n) => make(`${count}-${n}`));

  for (const [kind, make] of Object.entries(kinds)) {
    // Folders, mailboxes and people are met for the first time.
    await archive.day(of(make, 3));
    perItem.set(
      kind,
      difference(await archive.day(of(make, 3)), await archive.day(of(make, 1)), 2),
    );
  }
  const { [SMALL]: small, "JSON, one mailbox": json } = kinds;
  assert.ok(small && json);
  const known = async (count: number) => {
    await archive.day(of(small, count), { hoursAgo: 1 });
    return archive.day([]);
  };
  perItem.set("known already", difference(await known(3), await known(1), 2));
  emptyWindow = await archive.day([]);
  idle = await archive.idleTicks();

  // The emails of all that came before are gone, and so is what the days in between left.
  await archive.reconcileAfter(31);
  await archive.day([]);
  await archive.day(of(json, 1));
  await archive.day(of(json, 3));
  await archive.reconcileAfter(28.1);
  const one = await archive.reconcileAfter(1);
  const three = await archive.reconcileAfter(1);
  removal = less(three, one, 2);
});
after(() => archive?.stop());

test("an item of each kind asks for what the document says, and for nothing else", () => {
  const counted = [...perItem].map(([kind, bill]) => ({ kind, ...rowOf(bill) }));

  assertTable("## What an item asks for", counted);
});

test("a small email asks in each stage for what the document says", () => {
  const bill = perItem.get(SMALL);
  assert.ok(bill);

  const counted = STAGES.map((stage) => ({ stage, ...operations(bill[stage]) }));

  assertTable("## A small email, stage by stage", counted);
});

test("in the steady state a small item is one request to Graph", () => {
  assert.equal(perItem.get(SMALL)?.graph, 1);
  assert.equal(perItem.get("JSON, one mailbox")?.graph, 1);
  assert.equal(perItem.get("email, three mailboxes")?.graph, 3);
});

test("what goes on without items is what the document says", () => {
  assertTable("## What goes on without items", [
    {
      what: "a window without items, and its run",
      ...operations(sum(STAGES.map((it) => emptyWindow[it]))),
    },
    { what: "a tick of collect with nothing due", ...operations(idle.collect) },
    { what: "a tick of reconcile with nothing open", ...operations(idle.reconcile) },
    { what: "an email that has served, 30 days later", ...operations(removal) },
  ]);
});

test("what many items a day need is what the tables above add up to", () => {
  const mix = new Map(
    table(document, "## A made-up mix").map((row) => [row["kind"] ?? "", Number(row["of 100"])]),
  );
  const items = [...mix].reduce((all, [kind, n]) => (kind === "known already" ? all : all + n), 0);
  assert.equal(items, 100);
  const of = (value: (bill: Bill) => number) =>
    [...mix].reduce((all, [kind, n]) => all + (n / 100) * priceOf(kind, value), 0);
  const storage = (...names: string[]) =>
    of((bill) => names.reduce((all, name) => all + (totals(bill).get(name) ?? 0), 0));

  const needs: Record<string, number> = {
    "blob writes": storage("Put Blob", "Put Block", "Put Block List"),
    "blob reads": storage("Get Blob", "Get Blob Properties"),
    "blob lists": storage("List Blobs"),
    "table operations": storage(
      ...["Get", "Insert", "Merge", "Delete"].map((it) => `${it} Entity`),
      "Query Entities",
    ),
    "queue operations": storage("Put Message", "Update Message", "Delete Message"),
    "Graph requests": of(({ graph }) => graph),
    executions: of(({ executions }) => executions),
    "Event Grid events": 1,
    spans: of(({ spans }) => spans),
    events: of(({ events }) => [...events.values()].reduce((all, n) => all + n, 0)),
  };
  const counted = Object.entries(needs).map(([what, n]) => volumes(what, n, rounded));
  const kilobytes = new Map(
    table(document, "## Telemetry of an item").map((row) => [row["kind"] ?? "", row]),
  );
  for (const percent of ["100", "10"]) {
    const kB = [...mix].reduce(
      (all, [kind, n]) => all + (n / 100) * Number(kilobytes.get(kind)?.[percent] ?? 0),
      0,
    );
    counted.push(volumes(`GB of telemetry, ${percent} % of traces`, kB / 1e6, inDigits));
  }

  assertTable("## What many items a day need", counted);
});

function priceOf(kind: string, value: (bill: Bill) => number): number {
  const bill = perItem.get(kind);
  assert.ok(bill, kind);
  return value(bill);
}

function volumes(what: string, n: number, written: (n: number) => string): Row {
  return {
    "a day": what,
    "10 k": written(n * 1e4),
    "100 k": written(n * 1e5),
    "1 M": written(n * 1e6),
    "5 M": written(n * 5e6),
  };
}

function inDigits(n: number): string {
  return String(Number(n.toPrecision(3)));
}

/** Three digits and a unit: `1.23 M`. */
function rounded(n: number): string {
  const [unit, name] = n >= 1e6 ? [1e6, " M"] : [1e3, " k"];
  return `${inDigits(n / unit)}${name}`;
}

function rowOf(bill: Bill): Row {
  const events = [...bill.events.values()].reduce((all, n) => all + n, 0);
  return {
    ...operations(totals(bill)),
    "Graph requests": String(bill.graph),
    executions: String(bill.executions),
    spans: String(bill.spans),
    events: String(events),
  };
}

function totals(bill: Bill): Counts {
  return sum(STAGES.map((stage) => bill[stage]));
}

function sum(all: readonly Counts[]): Counts {
  const names = new Set(all.flatMap((counts) => [...counts.keys()]));
  return new Map(
    [...names].map((name) => [name, all.reduce((n, counts) => n + (counts.get(name) ?? 0), 0)]),
  );
}

function less(more: Counts, fewer: Counts, items: number): Counts {
  const names = new Set([...more.keys(), ...fewer.keys()]);
  return new Map(
    [...names].map((name) => [name, ((more.get(name) ?? 0) - (fewer.get(name) ?? 0)) / items]),
  );
}

/** What each of the items asks for by which one bill is larger than the other. */
function difference(more: Bill, fewer: Bill, items: number): Bill {
  return {
    collect: less(more.collect, fewer.collect, items),
    convert: less(more.convert, fewer.convert, items),
    import: less(more.import, fewer.import, items),
    reconcile: less(more.reconcile, fewer.reconcile, items),
    graph: (more.graph - fewer.graph) / items,
    executions: (more.executions - fewer.executions) / items,
    spans: (more.spans - fewer.spans) / items,
    events: less(more.events, fewer.events, items),
  };
}

function operations(counts: Counts): Row {
  const asked = [...counts].filter(([, n]) => n !== 0);
  return Object.fromEntries(asked.map(([name, n]) => [name, String(n)]));
}

/** The table under the heading says just this; a cell that is empty there is nought. */
function assertTable(heading: string, counted: readonly Row[]): void {
  const written = table(document, heading).map((row) =>
    Object.fromEntries(Object.entries(row).filter(([, cell]) => cell !== "" && cell !== "0")),
  );
  const found = counted.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([, cell]) => cell !== "0")),
  );
  assert.deepEqual(found, written);
}
