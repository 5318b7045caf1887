import { badRequest, Refusal } from "../refusal.ts";

/** A list's page, asked for and given. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextLink: string | undefined;
}

export interface Expansion {
  readonly name: string;
  /** The options in brackets after the name, `$filter` without its dollar. */
  readonly options: ReadonlyMap<string, string>;
}

const OPTIONS = [
  "$count",
  "$expand",
  "$filter",
  "$orderby",
  "$search",
  "$select",
  "$skip",
  "$skiptoken",
  "$top",
];

/** A query option by name, with or without the dollar sign: Graph takes both. */
export function option(query: URLSearchParams, name: string): string | undefined {
  return query.get(`$${name}`) ?? query.get(name) ?? undefined;
}

/** Refuses an option that Graph does not know, and one that this path does not take. */
export function allowOptions(query: URLSearchParams, allowed: readonly string[]): void {
  for (const name of query.keys()) {
    const full = name.startsWith("$") ? name : `$${name}`;
    const known = OPTIONS.includes(full);
    if ((name.startsWith("$") && !known) || (known && !allowed.includes(full.slice(1)))) {
      throw badRequest(`The query parameter '${name}' is not supported here.`);
    }
  }
}

/** The names in `$select`, or nothing; an unknown name is refused in Graph's words. */
export function selection(
  query: { get(name: string): string | undefined | null },
  type: string,
  names: readonly string[],
): readonly string[] | undefined {
  const text = query.get("$select") ?? query.get("select");
  if (text === undefined || text === null) {
    return undefined;
  }
  return splitTop(text).map((name) => {
    if (!names.includes(name)) {
      throw new Refusal(
        400,
        "RequestBroker--ParseUri",
        `Could not find a property named '${name}' on type 'microsoft.graph.${type}'.`,
      );
    }
    return name;
  });
}

/** The parts of `$expand`, each with its own options. */
export function expansions(query: URLSearchParams, allowed: readonly string[]): Expansion[] {
  const text = option(query, "expand");
  if (text === undefined) {
    return [];
  }
  return splitTop(text).map((part) => {
    const match = /^([A-Za-z]+)(?:\((.*)\))?$/s.exec(part);
    const name = match?.[1];
    if (name === undefined || !allowed.includes(name)) {
      throw badRequest(`Parsing OData Select and Expand failed: '${part}' cannot be expanded.`);
    }
    return { name, options: optionsIn(match?.[2] ?? "") };
  });
}

/** Cuts one page out of a list that is already in order. */
export function page<T>(
  items: readonly T[],
  asked: { query: URLSearchParams; url: string; size: number; maximum: number },
): Page<T> {
  const top = whole(option(asked.query, "top"), "$top") ?? asked.size;
  const skip = whole(option(asked.query, "skip"), "$skip") ?? 0;
  if (top < 1 || top > asked.maximum) {
    throw badRequest(`The limit of '${asked.maximum}' for Top query has been exceeded.`);
  }
  const next = skip + top;
  return {
    items: items.slice(skip, next),
    nextLink: next < items.length ? withOption(asked, "$skip", String(next)) : undefined,
  };
}

/** This request's own address with one option changed, as a next link is. */
export function withOption(
  asked: { query: URLSearchParams; url: string },
  name: string,
  value: string,
): string {
  const query = new URLSearchParams(asked.query);
  query.delete(name.slice(1));
  query.set(name, value);
  return `${asked.url}?${String(query).replaceAll("%24", "$")}`;
}

function optionsIn(text: string): Map<string, string> {
  const options = new Map<string, string>();
  for (const part of text.split(";").filter((piece) => piece.trim() !== "")) {
    const at = part.indexOf("=");
    const name = part.slice(0, at).trim().replace(/^\$/, "");
    if (at < 1 || !["filter", "select", "top"].includes(name)) {
      throw badRequest(`Parsing OData Select and Expand failed: '${part}' is not an option.`);
    }
    options.set(name, part.slice(at + 1));
  }
  return options;
}

function whole(text: string | undefined, name: string): number | undefined {
  if (text !== undefined && !/^\d{1,9}$/.test(text)) {
    throw badRequest(`Invalid value '${text}' for ${name} query option found.`);
  }
  return text === undefined ? undefined : Number(text);
}

/** Splits at the commas that stand in no bracket and no quoted text. */
function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    const mark = text[at];
    if (mark === "'") {
      quoted = !quoted;
    } else if (!quoted && mark === "(") {
      depth++;
    } else if (!quoted && mark === ")") {
      depth--;
    }
    if (mark === undefined || (mark === "," && depth === 0 && !quoted)) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return parts.filter((part) => part !== "");
}
