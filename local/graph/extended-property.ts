import { Refusal } from "./refusal.ts";
import type { JsonObject } from "./validate.ts";

/** A MAPI property as Graph shows it: everything is text. */
export interface ExtendedProperty {
  /** The id as the client spelt it. */
  readonly id: string;
  /** The same property has the same key, however the id was spelt. */
  readonly key: string;
  readonly value: string;
}

export const FLAGS = "Integer 0x0E07";
export const SENT = "SystemTime 0x0039";
export const RECEIVED = "SystemTime 0x0E06";
export const ITEM_CLASS = "String 0x001A";

/** Bits of 0x0E07, PidTagMessageFlags. */
export const READ = 0x1;
export const UNSENT = 0x8;
export const HAS_ATTACHMENTS = 0x10;

/** Tags whose type is fixed; asking for them by another type is a mistake Exchange refuses. */
const TAG_TYPES: Readonly<Record<string, string>> = {
  "0E07": "Integer",
  "0E06": "SystemTime",
  "0039": "SystemTime",
  "001A": "String",
  "007D": "String",
  "3007": "SystemTime",
  "3008": "SystemTime",
};

/** Creation and modification time: some tenants refuse them, so the stand-in always does. */
const REFUSED_TAGS = ["3007", "3008"];

const GUID = "\\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\\}?";
const NAMED = new RegExp(`^(\\w+) ${GUID} Name (\\S.*)$`);
const NUMBERED = new RegExp(`^(\\w+) ${GUID} Id (0x[0-9A-Fa-f]{1,8}|\\d{1,9})$`);
const TAGGED = /^(\w+) 0x([0-9A-Fa-f]{1,8})$/;

const SINGLE_TYPES: readonly string[] = [
  "ApplicationTime",
  "Binary",
  "Boolean",
  "CLSID",
  "Currency",
  "Double",
  "Float",
  "Integer",
  "Long",
  "Short",
  "String",
  "SystemTime",
];

/**
 * The key of an extended property's id, in one of the three forms that Graph
 * documents. A name keeps its case, a GUID and a tag do not.
 */
export function propertyKey(id: string): string {
  const named = NAMED.exec(id);
  if (named) {
    return `${single(named[1], id)} {${named[2]?.toLowerCase()}} Name ${named[3]}`;
  }
  const numbered = NUMBERED.exec(id);
  if (numbered) {
    const number = Number(numbered[3]).toString(16).toUpperCase();
    return `${single(numbered[1], id)} {${numbered[2]?.toLowerCase()}} Id 0x${number}`;
  }
  const tagged = TAGGED.exec(id);
  const tag = tagged?.[2]
    ?.toUpperCase()
    .replace(/^0+(?=.{4})/, "")
    .padStart(4, "0");
  if (!tagged || tag === undefined || tag.length > 4) {
    throw invalidId(id);
  }
  const type = single(tagged[1], id);
  const number = Number.parseInt(tag, 16);
  if (number < 1 || number > 0x7fff || (TAG_TYPES[tag] ?? type) !== type) {
    throw invalidId(id);
  }
  return `${type} 0x${tag}`;
}

/** Reads `singleValueExtendedProperties` of a request body. */
export function extendedProperties(given: unknown): Map<string, ExtendedProperty> {
  const properties = new Map<string, ExtendedProperty>();
  for (const { id, value } of (given ?? []) as JsonObject[]) {
    if (typeof id !== "string" || typeof value !== "string") {
      throw new Refusal(
        400,
        "ErrorInvalidExtendedPropertyValue",
        "An extended property needs an id and a value.",
      );
    }
    const key = propertyKey(id);
    if (properties.has(key)) {
      throw new Refusal(400, "ErrorInvalidExtendedProperty", `'${id}' is given twice.`);
    }
    if (REFUSED_TAGS.some((tag) => key.endsWith(` 0x${tag}`))) {
      throw new Refusal(400, "ErrorInvalidExtendedProperty", `'${id}' cannot be set.`);
    }
    properties.set(key, { id, key, value: normalValue(key, value) });
  }
  return properties;
}

/** True of a named text property: those are indexed. */
export function isIndexed(key: string): boolean {
  return key.startsWith("String {");
}

function normalValue(key: string, value: string): string {
  const type = key.slice(0, key.indexOf(" "));
  const isFit = VALUES[type]?.(value) ?? true;
  if (!isFit) {
    throw new Refusal(
      400,
      "ErrorInvalidExtendedPropertyValue",
      `The value of '${key}' is not of the type ${type}.`,
    );
  }
  return value;
}

const VALUES: Readonly<Record<string, (value: string) => boolean>> = {
  Binary: (value) => value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value),
  Boolean: (value) => /^(true|false)$/i.test(value),
  CLSID: (value) => new RegExp(`^${GUID}$`).test(value),
  Currency: isWhole,
  Double: isNumber,
  Float: isNumber,
  Integer: (value) => isWhole(value) && Math.abs(Number(value)) < 2 ** 31,
  Long: isWhole,
  Short: (value) => isWhole(value) && Math.abs(Number(value)) < 2 ** 15,
  // FILETIME counts 100 ns from 1601: more than seven decimals cannot be kept.
  SystemTime: (value) =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$/.test(value) &&
    Date.parse(value) >= Date.UTC(1601, 0, 1),
};

function isWhole(value: string): boolean {
  return /^-?\d{1,18}$/.test(value);
}

function isNumber(value: string): boolean {
  return value.trim() !== "" && Number.isFinite(Number(value));
}

function single(type: string | undefined, id: string): string {
  if (type === undefined || !SINGLE_TYPES.includes(type)) {
    throw invalidId(id);
  }
  return type;
}

function invalidId(id: string): Refusal {
  return new Refusal(
    400,
    "ErrorInvalidExtendedProperty",
    `'${id}' is not the id of an extended property.`,
  );
}
