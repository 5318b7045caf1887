import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ENUMS, TYPES, USER_PROPERTIES } from "../../../local/graph/property-tables.ts";
import { archived, file, standIn } from "./client.ts";

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly format?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

const SLICE = new URL("../../fixtures/graph/graph-mail-slice.openapi.json", import.meta.url);
const { schemas } = JSON.parse(readFileSync(SLICE, "utf8")).components as {
  schemas: Readonly<Record<string, Schema>>;
};

for (const [type, table] of Object.entries(TYPES)) {
  test(`the table of ${type} is what Microsoft publishes`, () => {
    const schema = schemas[`microsoft.graph.${type}-create`] ?? schemas[`microsoft.graph.${type}`];

    const published = Object.fromEntries(
      Object.entries(schema?.properties ?? {})
        .filter(([name]) => !name.includes("@"))
        .map(([name, property]) => [name, notation(property)]),
    );

    assert.deepEqual(sorted(table), sorted(published));
  });
}

test("the enumerations are what Microsoft publishes", () => {
  const published = Object.keys(ENUMS).map((name) => [
    name,
    schemas[`microsoft.graph.${name}`]?.enum,
  ]);

  assert.deepEqual(ENUMS, Object.fromEntries(published));
});

test("what can be selected of a user is what Microsoft publishes", () => {
  const navigation = new Set(["settings", "extensions"]);
  const published = Object.keys(schemas["microsoft.graph.user"]?.properties ?? {}).filter(
    (name) => !name.includes("@") && !navigation.has(name),
  );

  assert.deepEqual(
    USER_PROPERTIES.filter((name) => !published.includes(name)),
    [],
  );
});

test("every answer holds only what Microsoft publishes, of the types it publishes", async (t) => {
  const graph = await standIn(t);
  const mailbox = "/users/ann@contoso.com";
  const folder = await graph.post(`${mailbox}/mailFolders`, { displayName: "WeChat Archiver" });
  const path = `${mailbox}/mailFolders/${folder.body.id}/messages`;
  const message = await graph.post(path, archived("k1", { attachments: [file("a.txt")] }));
  const attachments = `${mailbox}/messages/${message.body.id}/attachments`;
  const list = await graph.get(attachments);

  assertFits(folder.body, "mailFolder");
  assertFits(message.body, "message");
  assertFits((await graph.get(path)).body.value[0], "message");
  assertFits((await graph.get(`${mailbox}/mailFolders`)).body.value[0], "mailFolder");
  assertFits(list.body.value[0], "fileAttachment");
  assertFits((await graph.get(mailbox)).body, "user");
});

/** A published property in the notation of the stand-in's table. */
function notation(schema: Schema): string {
  const mark = schema.nullable ? "?" : "";
  if (schema.type === "array") {
    return `${notation(schema.items ?? {})}[]`;
  }
  const named = (schema.$ref ?? schema.allOf?.[0]?.$ref)?.split(".").at(-1);
  return (named?.replace(/-create$/, "") ?? primitive(schema)) + mark;
}

function primitive(schema: Schema): string {
  switch (schema.format) {
    case "date-time":
      return "dateTime";
    case "base64url":
      return "binary";
    case "int32":
    case "int64":
      return schema.format;
    default:
      return String(schema.type);
  }
}

function sorted(table: object): [string, unknown][] {
  return Object.entries(table).sort(([one], [other]) => one.localeCompare(other));
}

function assertFits(value: object, type: string): void {
  const { properties = {} } = schemas[`microsoft.graph.${type}`] ?? {};
  for (const [name, given] of Object.entries(value)) {
    if (!name.startsWith("@odata.")) {
      const expected = properties[name];
      assert.ok(expected, `${type}.${name} is not published`);
      assert.ok(fits(given, notation(expected)), `${type}.${name} is no ${notation(expected)}`);
    }
  }
}

function fits(given: unknown, type: string): boolean {
  if (given === null) {
    return type.endsWith("?");
  }
  const plain = type.replace(/\?$/, "");
  if (plain.endsWith("[]")) {
    return Array.isArray(given) && given.every((element) => fits(element, plain.slice(0, -2)));
  }
  if (ENUMS[plain]) {
    return ENUMS[plain].includes(String(given));
  }
  switch (plain) {
    case "string":
    case "binary":
      return typeof given === "string";
    case "dateTime":
      return typeof given === "string" && !Number.isNaN(Date.parse(given));
    case "boolean":
      return typeof given === "boolean";
    case "int32":
      return Number.isInteger(given);
    default:
      return typeof given === "object";
  }
}
