import assert from "node:assert/strict";
import { test } from "node:test";
import { tableGates } from "../../shared/pipeline/gates.ts";
import type { Gates } from "../../shared/pipeline/ports.ts";
import type { SlotOptions } from "../../shared/pipeline/slots.ts";
import { memoryTable } from "../fakes/memory-table.ts";
import { seeded } from "../fakes/random.ts";

const ann = "6f1c1d2e-0000-4000-8000-000000000001";
const bob = "6f1c1d2e-0000-4000-8000-000000000002";
const MINUTE = 60_000;
const nine = new Date("2026-01-05T09:00:00Z");
const until = new Date(nine.getTime() + MINUTE);
const closed = { until, since: nine, code: "graph-throttled" } as const;

/** Time is over at once: nobody waits for a slot of its own process. */
const impatient = async () => {};
/** Time never is. */
const patient = () => new Promise<never>(() => {});

/** One table, a clock, and as many processes as are asked for. */
function gateWorld() {
  const table = memoryTable();
  const random = seeded(1);
  let now = nine.getTime();
  return {
    table,
    random,
    process: (sleep: SlotOptions["sleep"] = impatient) =>
      tableGates(table, { now: () => new Date(now), random, sleep }),
    pass(ms: number) {
      now += ms;
    },
  };
}

async function entered(gates: Gates, mailbox = ann) {
  const entrance = await gates.enter(mailbox);
  assert.equal(entrance.kind, "entered");
  return entrance.kind === "entered" ? entrance : assert.fail();
}

test("a mailbox in which nobody is in anybody's way has room for all, and leaves nothing in the table", async () => {
  const { table, process } = gateWorld();
  const gates = process();

  for (let n = 0; n < 20; n += 1) await entered(gates);

  assert.deepEqual(table.rows(), []);
});

test("a crowded mailbox has four slots for all processes; whoever leaves makes room for another", async () => {
  const { process } = gateWorld();
  const processes = [process(), process()];
  const [one, other] = processes as [Gates, Gates];
  await one.crowd(ann);

  const held = [await entered(one), await entered(other), await entered(one), await entered(other)];
  const fifth = await other.enter(ann);
  await held[0]?.leave();

  assert.equal(fifth.kind, "full");
  assert.ok(fifth.kind === "full" && fifth.retryAfterMs > 0 && fifth.retryAfterMs <= 2_000);
  await entered(other);
  assert.equal((await one.enter(ann)).kind, "full");
  await entered(other, bob);
});

test("to leave twice does not take the slot from the one who has it now", async () => {
  const { process } = gateWorld();
  const gates = process();
  await gates.crowd(ann);
  const [first] = [await entered(gates), await entered(gates), await entered(gates)];
  await entered(gates);

  await first?.leave();
  await entered(gates);
  await first?.leave();

  assert.equal((await gates.enter(ann)).kind, "full");
});

test("within a process a slot goes from hand to hand, and nobody is sent away", async () => {
  const { table, process } = gateWorld();
  const gates = process(patient);
  await gates.crowd(ann);
  let atWork = 0;
  let most = 0;

  const all = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const { leave } = await entered(gates);
      atWork += 1;
      most = Math.max(most, atWork);
      await new Promise(setImmediate);
      atWork -= 1;
      await leave();
      return true;
    }),
  );

  assert.equal(all.length, 20);
  assert.equal(most, 4);
  assert.deepEqual(
    table.rows().map(({ partition }) => partition),
    ["gate"],
  );
});

test("whoever waits for a slot of its process does not wait for ever, and loses none that comes late", async () => {
  const { process } = gateWorld();
  let timeIsOver = () => {};
  const gates = process(
    () =>
      new Promise<void>((resolve) => {
        timeIsOver = resolve;
      }),
  );
  await gates.crowd(ann);
  const held = [
    await entered(gates),
    await entered(gates),
    await entered(gates),
    await entered(gates),
  ];

  const tooLate = gates.enter(ann);
  await new Promise(setImmediate);
  timeIsOver();
  await held[0]?.leave();
  const first = await tooLate;
  if (first.kind === "entered") await first.leave();
  const next = await entered(gates);

  await next.leave();
  for (const { leave } of held.slice(1)) await leave();
  for (let n = 0; n < 4; n += 1) await entered(gates);
});

test("a slot that was held for long is not handed on, but taken anew", async () => {
  const { process, pass } = gateWorld();
  const [one, other] = [process(patient), process()];
  await one.crowd(ann);
  const held = [await entered(one), await entered(one), await entered(one), await entered(one)];

  pass(15_000);
  const waits = one.enter(ann);
  await new Promise(setImmediate);
  await held[0]?.leave();
  await entered(other);
  for (const { leave } of held) await leave();

  assert.equal(await Promise.race([waits.then(() => "entered"), "waits"]), "waits");
});

test("the slots of a process that died are free after twenty seconds, and what it does later harms nobody", async () => {
  const { process, pass } = gateWorld();
  const [dead, alive] = [process(), process()];
  await dead.crowd(ann);
  const lost = [];
  for (let n = 0; n < 4; n += 1) lost.push(await entered(dead));

  pass(19_000);
  const early = await alive.enter(ann);
  pass(1_001);
  for (let n = 0; n < 4; n += 1) await entered(alive);
  for (const { leave } of lost) await leave();

  assert.equal(early.kind, "full");
  assert.equal((await alive.enter(ann)).kind, "full");
});

test("a delivery that is done does not fail because its slot could not be given back", async () => {
  const { table, random } = gateWorld();
  const away = { ...table, remove: () => Promise.reject(new Error("storage is away")) };
  const gates = tableGates(away, { now: () => nine, random, sleep: impatient });
  await gates.crowd(ann);

  const { leave } = await entered(gates);

  await assert.doesNotReject(leave());
});

test("a mailbox is crowded for ten minutes after the last that was refused, for every process", async () => {
  const { table, process, pass } = gateWorld();
  const [one, other] = [process(), process()];
  const isCrowded = async () => {
    const before = table.rows().length;
    const { leave } = await entered(other);
    const during = table.rows().length;
    await leave();
    return during > before;
  };

  await one.crowd(ann);
  assert.ok(await isCrowded());
  pass(7 * MINUTE);
  await one.crowd(ann);
  pass(7 * MINUTE);
  assert.ok(await isCrowded());
  pass(4 * MINUTE);

  assert.ok(!(await isCrowded()));
});

test("a closed gate and a crowd know nothing of each other", async () => {
  const { process, pass } = gateWorld();
  const [one, other] = [process(), process()];
  await one.crowd(ann);

  await one.close(ann, closed);
  assert.deepEqual(await other.closed(ann), closed);
  for (let n = 0; n < 4; n += 1) await entered(other);
  await one.open(ann);
  pass(5_000);

  assert.equal(await other.closed(ann), undefined);
  assert.equal((await other.enter(ann)).kind, "full");
});

test("a gate that was opened leaves no row behind, unless the mailbox is crowded", async () => {
  const { table, process } = gateWorld();
  const gates = process();

  await gates.close(ann, closed);
  await gates.open(ann);

  assert.deepEqual(table.rows(), []);
});

test("forty processes never hold more than four slots of a mailbox, and every delivery gets its turn", async () => {
  const { process, pass, random } = gateWorld();
  const processes = Array.from({ length: 40 }, () => process());
  await processes[0]?.crowd(ann);
  const waiting = Array.from({ length: 400 }, () => ({ at: 0 }));
  const held: { until: number; leave: () => Promise<void> }[] = [];
  let most = 0;
  let now = 0;

  while (waiting.length > 0) {
    for (const { leave } of held.filter(({ until }) => until <= now)) await leave();
    held.splice(0, held.length, ...held.filter(({ until }) => until > now));
    const due = waiting.filter(({ at }) => at <= now);
    for (const delivery of due) {
      const gates = processes[Math.floor(random() * processes.length)] ?? assert.fail();
      const entrance = await gates.enter(ann);
      if (entrance.kind === "full") {
        delivery.at = now + entrance.retryAfterMs;
        continue;
      }
      waiting.splice(waiting.indexOf(delivery), 1);
      held.push({ until: now + 250, leave: entrance.leave });
    }
    most = Math.max(most, held.length);
    now += 250;
    pass(250);
    assert.ok(now < 10 * MINUTE, "some delivery never had its turn");
  }

  assert.equal(most, 4);
});
