import { Fields } from "./schema.ts";

/** The objects that TeleMessage is known to write, and `unknown` for every other. */
export type Shape = "raw-message" | "raw-body" | "device" | "carrier" | "unknown";

export interface ReadFields {
  readonly shape: Shape;
  readonly fields: Fields;
  /** Names of fields that hold something else than they should; they are read as absent. */
  readonly unread: readonly string[];
}

/** The fields of an item, its wrapper's and its inner object's as one: where both say something, the inner one's. */
export function readFields(item: object): ReadFields {
  const value = asObject(Array.isArray(item) && item.length === 1 ? item[0] : item) ?? {};
  const shape = shapeOf(value);
  const inner = asObject(value["body"]) ?? asObject(value["tmobileMessage"]) ?? {};
  // A null inside must not hide what the wrapper says: an encrypted item would pass for a readable one.
  const said = Object.entries(inner).filter(([, it]) => it !== null);
  const merged: Loose = { ...value, ...Object.fromEntries(said) };

  const first = Fields.safeParse(merged);
  if (first.success) return { shape, fields: first.data, unread: [] };

  const paths = first.error.issues.map((it) => it.path.map(String));
  const readable = paths.reduce(without, merged);
  const unread = [...new Set(paths.map((path) => path.join(".")))];
  return { shape, fields: Fields.parse(readable), unread };
}

/** By the keys that the shape is recognised by; a device message may lack `from`. */
function shapeOf(value: Loose): Shape {
  const has = (...keys: string[]) => keys.every((key) => Object.hasOwn(value, key));
  if (value["typ"] === "RawMessage" && has("gatewayReceivedDate") && asObject(value["body"])) {
    return "raw-message";
  }
  if (asObject(value["tmobileMessage"])) return "carrier";
  if (has("direction", "textContent", "messageContext", "messageDate")) return "carrier";
  if (has("messageContext", "messageTime", "direction")) return "device";
  if (has("owner", "sender") && (has("text", "direction") || has("recipients"))) return "raw-body";
  return "unknown";
}

type Loose = { readonly [key: string]: unknown };

function asObject(value: unknown): Loose | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Loose)
    : undefined;
}

/** The object without what lies at the path. */
function without(object: Loose, [key, ...rest]: readonly string[]): Loose {
  if (key === undefined) return object;
  const { [key]: value, ...others } = object;
  const inner = rest.length > 0 ? asObject(value) : undefined;
  return inner ? { ...others, [key]: without(inner, rest) } : others;
}
