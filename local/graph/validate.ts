import { ENUMS, TYPES } from "./property-tables.ts";
import { badRequest, notInStandIn, Refusal } from "./refusal.ts";

export type JsonObject = { [name: string]: unknown };
type TypeName = keyof typeof TYPES;

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Reads a JSON request body. Graph takes no other content type for what the stand-in offers. */
export function jsonBody(body: Buffer, contentType: string | undefined): JsonObject {
  if (!/^application\/json\b/i.test(contentType ?? "")) {
    throw new Refusal(
      415,
      "UnsupportedMediaType",
      "Only application/json is taken here; the stand-in does not read MIME.",
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw badRequest(
      "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
    );
  }
  if (!isObject(value)) {
    throw badRequest("Empty Payload. JSON content expected.");
  }
  return value;
}

/** Refuses an object that holds a name or a type which Graph's description does not have. */
export function validate(value: JsonObject, type: TypeName): void {
  const table: Readonly<Record<string, string>> = TYPES[type];
  for (const [name, given] of Object.entries(value)) {
    if (name === "@odata.type") {
      requireType(given, type);
      continue;
    }
    const expected = Object.hasOwn(table, name) ? table[name] : undefined;
    if (expected === undefined) {
      throw new Refusal(
        400,
        "RequestBodyRead",
        `The property '${name}' does not exist on type 'microsoft.graph.${type}'. Make sure to only use property names that are defined by the type or mark the type as open type.`,
      );
    }
    validateValue(given, expected, name);
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTypeName(name: string): name is TypeName {
  return Object.hasOwn(TYPES, name);
}

function requireType(given: unknown, type: TypeName): void {
  if (given !== `#microsoft.graph.${type}` && given !== `microsoft.graph.${type}`) {
    throw new Refusal(
      400,
      "RequestBodyRead",
      `A type named '${String(given)}' could not be resolved here; 'microsoft.graph.${type}' is expected.`,
    );
  }
}

function validateValue(value: unknown, expected: string, name: string): void {
  const nullable = expected.endsWith("?");
  const type = nullable ? expected.slice(0, -1) : expected;
  if (value === null) {
    if (!nullable) {
      throw wrongValue(name, type);
    }
    return;
  }
  if (type.endsWith("[]")) {
    if (!Array.isArray(value)) {
      throw wrongValue(name, type);
    }
    for (const element of value) {
      validateValue(element, type.slice(0, -2), name);
    }
    return;
  }
  if (type === "attachment") {
    validateAttachment(value);
  } else if (isTypeName(type)) {
    if (!isObject(value)) {
      throw wrongValue(name, type);
    }
    validate(value, type);
  } else if (!isPrimitive(value, type)) {
    throw wrongValue(name, type);
  }
}

/** `attachment` is abstract in Graph's description, so the body must say which kind it is. */
export function validateAttachment(value: unknown): void {
  if (!isObject(value)) {
    throw wrongValue("attachments", "attachment");
  }
  const kind = String(value["@odata.type"] ?? "").replace(/^#?microsoft\.graph\./, "");
  if (kind === "itemAttachment" || kind === "referenceAttachment") {
    throw notInStandIn(`attachments of the type ${kind}`);
  }
  if (kind !== "fileAttachment") {
    throw new Refusal(
      400,
      "RequestBodyRead",
      "An attachment needs '@odata.type', for example '#microsoft.graph.fileAttachment'.",
    );
  }
  validate(value, "fileAttachment");
}

function isPrimitive(value: unknown, type: string): boolean {
  switch (type) {
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    case "int32":
      return typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 2 ** 31;
    case "int64":
      return typeof value === "number"
        ? Number.isSafeInteger(value)
        : typeof value === "string" && /^-?\d{1,15}$/.test(value);
    case "dateTime":
      return typeof value === "string" && DATE_TIME.test(value) && !Number.isNaN(Date.parse(value));
    case "binary":
      return typeof value === "string" && value.length % 4 === 0 && BASE64.test(value);
    default: {
      // Graph reads enumerations in any case: its own examples send "HTML".
      const known = ENUMS[type];
      return (
        typeof value === "string" &&
        known !== undefined &&
        known.some((word) => word.toLowerCase() === value.toLowerCase())
      );
    }
  }
}

function wrongValue(name: string, type: string): Refusal {
  return new Refusal(
    400,
    "RequestBodyRead",
    `Cannot convert the value of '${name}' to the expected type '${type}'.`,
  );
}
