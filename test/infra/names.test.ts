import assert from "node:assert/strict";
import { test } from "node:test";
import { containers, queues, tables } from "../../shared/adapters/names.ts";
import { literal, paths, resources, type Template, template, text, texts } from "./files.ts";

const STORAGE = "Microsoft.Storage/storageAccounts";
const storage = template("infra/modules/data-storage.bicep");
const access = template("infra/modules/access.bicep");

/** Names of what a file makes of one type in loops. */
const made = (file: Template, type: string) =>
  resources(file, type)
    .flatMap(({ value }) => (value.kind === "loop" ? texts(value.over, file) : []))
    .sort();

const list = (file: Template, name: string) => {
  const variable = file.declarations.find((one) => one.keyword === "var" && one.name === name);
  return texts(variable?.value, file);
};

test("the template makes the containers, queues and tables that the code looks for", () => {
  assert.deepEqual(
    made(storage, `${STORAGE}/blobServices/containers`),
    Object.values(containers).sort(),
  );
  assert.deepEqual(made(storage, `${STORAGE}/queueServices/queues`), Object.values(queues).sort());
  assert.deepEqual(made(storage, `${STORAGE}/tableServices/tables`), Object.values(tables).sort());
});

test("every container and queue that the template makes has a role of the app", () => {
  assert.deepEqual([...list(access, "kept"), "emails"].sort(), Object.values(containers).sort());
  assert.deepEqual([...list(access, "queueNames")].sort(), Object.values(queues).sort());
});

test("Event Grid, the dead man's switch and the smoke test name functions that the code registers", () => {
  const registered = paths("functions/*.ts").flatMap((path) =>
    [...text(path).matchAll(/\bapp\.\w+\(\s*"(\w+)"/g)].map(([, name]) => name),
  );
  const called = template("infra/events.bicep").declarations.find(
    ({ name }) => name === "functionName",
  );
  const watched = /Name == "(\w+)"/.exec(text("infra/queries/reconcile-silent.kql"))?.[1];
  const asked = /Host\.Functions\.(\w+)"/.exec(text("infra/scripts/smoke-test.sh"))?.[1];

  assert.equal(literal(called?.value), "convert");
  assert.equal(asked, "convert");
  for (const name of ["convert", watched]) {
    assert.ok(registered.includes(name), `${name} is not among ${registered.join(", ")}`);
  }
});
