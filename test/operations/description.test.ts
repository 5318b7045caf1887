import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";
import { parse } from "yaml";
import { poisonCodes } from "../../shared/domain/errors.ts";
import { operationRoutes } from "../../shared/operations/http/routes.ts";
import { orderKinds } from "../../shared/operations/orders/order.ts";

interface Described {
  readonly "x-roles": string[];
  readonly parameters?: { $ref?: string; name?: string; in?: string }[];
}

let description: {
  paths: Record<string, Record<string, Described>>;
  components: {
    parameters: Record<string, { name: string; in: string }>;
    schemas: { Code: { enum: string[] }; Order: { properties: { kind: { enum: string[] } } } };
  };
};

before(async () => {
  const file = new URL("../../docs/operations.openapi.yaml", import.meta.url);
  description = parse(await readFile(file, "utf8"));
});

function* described() {
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, told] of Object.entries(methods)) {
      yield { name: `${method.toUpperCase()} ${path.replace("/api/operations/", "")}`, path, told };
    }
  }
}

test("every route is described, with the roles that the app checks, and nothing else is", () => {
  const actual = operationRoutes.map(({ method, path, roles }) => [
    `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`,
    [...roles].sort(),
  ]);
  const told = [...described()].map(({ name, told }) => [name, [...told["x-roles"]].sort()]);

  assert.deepEqual(told.sort(), actual.sort());
});

test("every parameter of a path is described", () => {
  for (const { name, path, told } of described()) {
    const named = (told.parameters ?? []).map(({ $ref, ...inline }) => {
      const shared = description.components.parameters[$ref?.split("/").at(-1) ?? ""];
      return shared ?? inline;
    });
    const inPath = named.filter((it) => it.in === "path").map((it) => it.name);
    assert.deepEqual(
      inPath.sort(),
      [...path.matchAll(/\{(\w+)\}/g)].map(([, it]) => it).sort(),
      name,
    );
  }
});

test("codes and kinds of orders are those of the code", () => {
  const { Code, Order } = description.components.schemas;

  assert.deepEqual(Code.enum, [...poisonCodes]);
  assert.deepEqual(Order.properties.kind.enum, [...orderKinds]);
});

test("everything that is referred to is there", () => {
  const text = JSON.stringify(description);
  for (const [, section = "", name = ""] of text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g)) {
    const components = description.components as unknown as Record<string, Record<string, unknown>>;
    assert.ok(components[section]?.[name], `${section}/${name}`);
  }
});
