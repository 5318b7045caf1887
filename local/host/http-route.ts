/** A route such as `operations/{id:int}/{*path}`, ready to be matched. */
export interface Route {
  /** The parameters of a path that matches, percent-decoded; nothing when it does not. */
  match(path: string): Record<string, string> | undefined;
  /** Smaller goes first: literal before constrained before free before catch-all, per segment. */
  readonly rank: string;
}

type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | {
      readonly kind: "parameter";
      readonly name: string;
      readonly pattern?: RegExp;
      readonly optional: boolean;
    }
  | { readonly kind: "rest"; readonly name: string };

const CONSTRAINTS: Readonly<Record<string, RegExp>> = {
  alpha: /^[a-z]+$/i,
  bool: /^(true|false)$/i,
  guid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  int: /^-?\d+$/,
  long: /^-?\d+$/,
};

/** Reads a route template. Throws on what ASP.NET knows and this does not. */
export function httpRoute(template: string): Route {
  const segments = split(template).map((text) => segment(text, template));
  const rank = segments.map(segmentRank).join("");

  return {
    rank,
    match(path) {
      const values = split(path);
      const params: Record<string, string> = {};
      for (const [index, each] of segments.entries()) {
        if (each.kind === "rest") {
          const rest = values.slice(index).map(decode).join("/");
          return rest === "" ? params : { ...params, [each.name]: rest };
        }
        const value = values[index];
        if (value === undefined) {
          if (each.kind === "parameter" && each.optional) {
            continue;
          }
          return undefined;
        }
        if (!accepts(each, decode(value))) {
          return undefined;
        }
        if (each.kind === "parameter") {
          params[each.name] = decode(value);
        }
      }
      return values.length <= segments.length ? params : undefined;
    },
  };
}

function split(path: string): string[] {
  return path.split("/").filter((text) => text !== "");
}

function segment(text: string, template: string): Segment {
  if (!/[{}]/.test(text)) {
    return { kind: "literal", text };
  }
  const rest = /^\{\*{1,2}(\w+)\}$/.exec(text);
  if (rest?.[1] !== undefined) {
    return { kind: "rest", name: rest[1] };
  }
  const [, name, constraint, optional] = /^\{(\w+)(?::(\w+))?(\?)?\}$/.exec(text) ?? [];
  const pattern = constraint === undefined ? undefined : CONSTRAINTS[constraint];
  if (name === undefined || (constraint !== undefined && pattern === undefined)) {
    throw new Error(
      `The route "${template}" has "${text}", which the local host cannot match; ` +
        `it knows {name}, {name?}, {*name} and the constraints ${Object.keys(CONSTRAINTS).join(", ")}.`,
    );
  }
  return { kind: "parameter", name, ...(pattern && { pattern }), optional: optional === "?" };
}

function segmentRank(each: Segment): string {
  if (each.kind === "literal") {
    return "0";
  }
  if (each.kind === "rest") {
    return "3";
  }
  return each.pattern ? "1" : "2";
}

function accepts(each: Exclude<Segment, { kind: "rest" }>, value: string): boolean {
  return each.kind === "literal"
    ? each.text.toLowerCase() === value.toLowerCase()
    : (each.pattern?.test(value) ?? true);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not percent-encoded; ASP.NET then takes it as it stands.
    return text;
  }
}
