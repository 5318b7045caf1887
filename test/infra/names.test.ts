import assert from "node:assert/strict";
import { test } from "node:test";
import { containers, queues, tables } from "../../shared/adapters/names.ts";
import { resources, type Template, template, texts } from "./files.ts";

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
