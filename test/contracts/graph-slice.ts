import { readFileSync } from "node:fs";
import type { GraphRequest } from "../../shared/adapters/graph/client.ts";

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}
interface Parameter {
  readonly $ref?: string;
  readonly in?: string;
  readonly name?: string;
  readonly schema?: Schema;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: { readonly "application/json"?: { readonly schema: Schema } };
  };
}

const SLICE = new URL("../fixtures/graph/graph-mail-slice.openapi.json", import.meta.url);
const slice = JSON.parse(readFileSync(SLICE, "utf8")) as {
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: {
    schemas: Readonly<Record<string, Schema>>;
    parameters: Readonly<Record<string, Parameter>>;
  };
};

/** Documented by Microsoft, but no part of the metadata that the slice was made from. */
const DOCUMENTED_OPTIONS = new Set(["includeHiddenFolders"]);
/** Names that the documentation spells otherwise than the metadata. */
const DOCUMENTED_NAMES: Readonly<Record<string, string>> = { destinationId: "DestinationId" };

/**
 * What of a request Microsoft's published description does not know; empty when
 * all is published. Objects are closed: a name that is misspelt is a fault here,
 * where Graph would pass over it, since its messages are open.
 */
export function faultsOf({ method, path, query = {}, body }: GraphRequest): string[] {
  const operation = operationOf(method, path);
  if (!operation) return [`${method} ${path} is not published`];
  const parameters = (operation.parameters ?? []).map(
    (it) => (it.$ref && slice.components.parameters[it.$ref.split("/").at(-1) ?? ""]) || it,
  );
  const faults = Object.entries(query).flatMap(([name, value]) => {
    if (DOCUMENTED_OPTIONS.has(name)) return [];
    const known = parameters.find((it) => it.name === name && it.in === "query");
    if (!known) return [`${method} ${path}: the option ${name} is not published`];
    const words = known.schema?.items?.enum;
    return topLevel(value)
      .filter((word) => words && !words.includes(word))
      .map((word) => `${method} ${path}: ${name} does not know ${word}`);
  });
  const schema = operation.requestBody?.content["application/json"]?.schema;
  if (body === undefined) return faults;
  if (!schema) return [...faults, `${method} ${path} takes no body`];
  const isSerialised = typeof body === "string" || body instanceof Uint8Array;
  const value: unknown = isSerialised ? JSON.parse(Buffer.from(body).toString()) : body;
  return [...faults, ...misfits(value, schema, "body")];
}

function operationOf(method: string, path: string): Operation | undefined {
  // `/users('…')` is the same operation as `/users/…`.
  const segments = path.replace(/\('[^/]*'\)/, "/key").split("/");
  const templates = Object.keys(slice.paths)
    .filter((template) => isMatch(template.split("/"), segments))
    // A fixed word goes before a key: `…/attachments/createUploadSession`.
    .sort((one, other) => one.split("{").length - other.split("{").length);
  return slice.paths[templates[0] ?? ""]?.[method.toLowerCase()];
}

function isMatch(template: readonly string[], segments: readonly string[]): boolean {
  return (
    template.length === segments.length &&
    template.every((word, at) =>
      word.startsWith("{") ? segments[at] !== "" : word === segments[at],
    )
  );
}

/** The words of `$select` and `$expand`, without the options in brackets. */
function topLevel(list: string): string[] {
  return list
    .replace(/\([^()]*\)/g, "")
    .split(",")
    .map((word) => word.trim());
}

function misfits(value: unknown, given: Schema, at: string): string[] {
  const schema = resolved(given, value);
  if (value === null) return schema.nullable ? [] : [`${at} may not be null`];
  if (schema.anyOf && !schema.properties) {
    const each = schema.anyOf.map((one) => misfits(value, one, at));
    return each.some((faults) => faults.length === 0) ? [] : (each[0] ?? []);
  }
  if (schema.enum) {
    return schema.enum.includes(String(value)) ? [] : [`${at} is none of ${schema.enum}`];
  }
  if (schema.type === "array") {
    if (!Array.isArray(value)) return [`${at} must be a list`];
    return value.flatMap((one, index) => misfits(one, schema.items ?? {}, `${at}[${index}]`));
  }
  if (schema.properties) return objectMisfits(value, schema, at);
  return isPrimitive(value, schema) ? [] : [`${at} is no ${schema.format ?? schema.type}`];
}

function objectMisfits(value: unknown, schema: Schema, at: string): string[] {
  if (typeof value !== "object" || Array.isArray(value)) return [`${at} must be an object`];
  const properties = schema.properties ?? {};
  const missing = (schema.required ?? []).filter((name) => !Object.hasOwn(value as object, name));
  return [
    ...missing.map((name) => `${at}.${name} is missing`),
    ...Object.entries(value as object).flatMap(([name, one]) => {
      if (name === "@odata.type") return [];
      const known = properties[name] ?? properties[DOCUMENTED_NAMES[name] ?? ""];
      return known ? misfits(one, known, `${at}.${name}`) : [`${at}.${name} is not published`];
    }),
  ];
}

/** Follows `$ref` and `allOf`, and takes the type that `@odata.type` names where one may be named. */
function resolved(schema: Schema, value: unknown): Schema {
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    const said = (value as { "@odata.type"?: string } | null)?.["@odata.type"];
    const suffix = name.endsWith("-create") ? "-create" : "";
    const derived = said && slice.components.schemas[`${said.replace("#", "")}${suffix}`];
    return derived || (slice.components.schemas[name] ?? {});
  }
  const [base] = schema.allOf ?? [];
  return base ? { ...resolved(base, value), nullable: schema.nullable ?? false } : schema;
}

function isPrimitive(value: unknown, { type, format }: Schema): boolean {
  if (format === "base64url") {
    return typeof value === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
  }
  if (format === "date-time") {
    return typeof value === "string" && !Number.isNaN(Date.parse(value));
  }
  if (type === "integer") return Number.isInteger(value);
  return type === undefined || typeof value === type;
}
