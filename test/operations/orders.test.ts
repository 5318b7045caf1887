import assert from "node:assert/strict";
import { test } from "node:test";
import { DeferredError } from "../../shared/domain/errors.ts";
import {
  carryOrder,
  carryOrders,
  type OrderWork,
} from "../../shared/operations/orders/carry-orders.ts";
import { type OrderKind, orderKinds } from "../../shared/operations/orders/order.ts";
import { archive, operator } from "../fakes/archive.ts";
import { MINUTE } from "../fakes/world.ts";

const always = () => true;

function works(work: OrderWork): Readonly<Record<OrderKind, OrderWork>> {
  return Object.fromEntries(orderKinds.map((kind) => [kind, work])) as Record<OrderKind, OrderWork>;
}

async function given() {
  const app = archive([]);
  const order = { id: "20260105T090000000Z-0001", kind: "verify" as const, by: operator, why: "x" };
  await app.orders.add({ ...order, startedAt: app.now(), parameters: {} });
  return Object.assign(app, { id: order.id });
}

test("an order goes on where it was left, step by step, until it is done", async () => {
  const app = await given();
  const counting: OrderWork = {
    async carryOn({ cursor }, step) {
      const next = Number(cursor ?? 0) + 1;
      await step.save({ cursor: next, progress: { done: next, of: 3 } });
      return next === 3 ? { done: true, result: { counted: next } } : { done: false };
    },
  };

  const states = [];
  for (let tick = 0; tick < 4; tick += 1) {
    const order = await carryOrder(app.id, works(counting), app, always);
    states.push([order?.state, order?.progress.done]);
  }

  assert.deepEqual(states, [
    ["running", 1],
    ["running", 2],
    ["done", 3],
    ["done", 3],
  ]);
});

test("two hosts never carry one order on at the same time", async () => {
  const app = await given();
  let inside = 0;
  let most = 0;
  const slow: OrderWork = {
    async carryOn() {
      inside += 1;
      most = Math.max(most, inside);
      await Promise.resolve();
      inside -= 1;
      return { done: true, result: {} };
    },
  };

  await Promise.all([1, 2, 3].map(() => carryOrder(app.id, works(slow), app, always)));

  assert.equal(most, 1);
  assert.equal((await app.orders.get(app.id))?.state, "done");
});

test("an order that fails is tried again, given up after the fifth time, and leaves nothing open", async () => {
  const app = await given();
  const closed: string[] = [];
  const failing: OrderWork = {
    carryOn: async () => Promise.reject(new TypeError("a bug")),
    giveUp: async ({ id }) => void closed.push(id),
  };

  const states = [];
  for (let tick = 0; tick < 6; tick += 1) {
    await carryOrders(works(failing), app, always);
    states.push((await app.orders.get(app.id))?.state);
  }

  assert.deepEqual(states, ["running", "running", "running", "running", "failed", "failed"]);
  assert.deepEqual(closed, [app.id]);
  assert.equal((await app.orders.get(app.id))?.failure, "TypeError");
  assert.ok(!JSON.stringify(app.log.lines).includes("a bug"));
});

test("while Graph is away an order waits, and no try is counted", async () => {
  const app = await given();
  const waiting: OrderWork = {
    carryOn: async () => Promise.reject(new DeferredError("graph-unavailable", { on: "app" })),
  };

  for (let tick = 0; tick < 20; tick += 1) await carryOrders(works(waiting), app, always);

  const order = await app.orders.get(app.id);
  assert.deepEqual([order?.state, order?.tries], ["running", 0]);
});

test("a host that dies holds an order up for minutes, and the next one goes on with it", async () => {
  const app = await given();
  await app.orders.lease(app.id);
  const done: OrderWork = { carryOn: async () => ({ done: true, result: {} }) };

  const held = await carryOrder(app.id, works(done), app, always);
  app.pass(4 * MINUTE);
  const after = await carryOrder(app.id, works(done), app, always);

  assert.equal(held?.state, "running");
  assert.equal(after?.state, "done");
});

test("how an order ended stands in the operators' chain, under who asked for it", async () => {
  const app = await given();

  await carryOrder(
    app.id,
    works({ carryOn: async () => ({ done: true, result: { n: 3 } }) }),
    app,
    always,
  );

  const entries = [];
  for await (const { entry } of app.operationLog.entries()) entries.push(entry);
  assert.deepEqual(
    entries.map((it) => [it?.action, it?.by, it?.detail["n"]]),
    [["order finished", operator, 3]],
  );
});
