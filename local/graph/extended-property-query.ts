import { type ExtendedProperty, propertyKey } from "./extended-property.ts";
import { compare, hasText } from "./odata/filter-match.ts";
import { type AnyFilter, type Filter, type Literal, parseFilter } from "./odata/filter-syntax.ts";
import type { Expansion } from "./odata/query.ts";
import { badRequest } from "./refusal.ts";
import type { JsonObject } from "./validate.ts";

/** What an `Any` over extended properties asks: which property, and what of its value. */
export function propertyTest(filter: AnyFilter): {
  key: string;
  equals: string | undefined;
  passes: (value: string | undefined) => boolean;
} {
  const { variable, where } = filter;
  const terms = where.kind === "and" ? where.terms : [where];
  const isId = (term: Filter) =>
    term.kind === "compare" && term.path === `${variable}/id` && term.operator === "eq";
  const ids = terms.filter(isId);
  const tests = terms.filter((term) => !isId(term));
  const [named] = ids;
  if (ids.length !== 1 || named?.kind !== "compare" || typeof named.value !== "string") {
    throw badRequest("A filter on extended properties needs exactly one '/id eq' in the lambda.");
  }
  const [test] = tests;
  const equals =
    tests.length === 1 && test?.kind === "compare" && test.operator === "eq"
      ? (test.value ?? undefined)
      : undefined;
  return {
    key: propertyKey(named.value),
    equals: typeof equals === "string" ? equals : undefined,
    passes: (value) => tests.every((term) => passes(term, `${variable}/value`, value)),
  };
}

/** The part of an answer that `$expand=singleValueExtendedProperties(…)` adds; nothing when none is there. */
export function expandedProperties(
  properties: readonly ExtendedProperty[],
  expanded: readonly Expansion[],
  computed: (key: string) => string | undefined = () => undefined,
): JsonObject {
  const expansion = expanded.find(({ name }) => name === "singleValueExtendedProperties");
  if (!expansion) {
    return {};
  }
  const found = expandedIds(expansion.options.get("filter")).flatMap((id) => {
    const key = propertyKey(id);
    const value =
      computed(key) ?? properties.find((property) => property.key === key)?.value ?? undefined;
    return value === undefined ? [] : [{ id, value }];
  });
  return found.length === 0 ? {} : { singleValueExtendedProperties: found };
}

/** The ids that `$expand=singleValueExtendedProperties($filter=id eq '…' or …)` asks for. */
function expandedIds(filter: string | undefined): string[] {
  if (filter === undefined) {
    throw badRequest("singleValueExtendedProperties can only be expanded with a $filter on id.");
  }
  const parsed = parseFilter(filter);
  const terms = parsed.kind === "or" ? parsed.terms : [parsed];
  return terms.map((term) => {
    const isId = term.kind === "compare" && term.path === "id" && term.operator === "eq";
    if (!isId || typeof term.value !== "string") {
      throw badRequest("Only 'id eq' joined with 'or' can filter expanded extended properties.");
    }
    propertyKey(term.value);
    return term.value;
  });
}

function passes(term: Filter, path: string, value: string | undefined): boolean {
  if ((term.kind !== "compare" && term.kind !== "text") || term.path !== path) {
    throw badRequest(`Only '${path}' can be tested beside the id.`);
  }
  if (term.kind === "text") {
    return hasText(value, term.test, term.value);
  }
  return compare(sameKind(value, term.value), term.operator, term.value);
}

/** Values are kept as text; a number in the filter compares as a number. */
function sameKind(value: string | undefined, literal: Literal): unknown {
  if (value === undefined) {
    return null;
  }
  if (typeof literal === "number") {
    return Number(value);
  }
  return literal instanceof Date ? new Date(value) : value;
}
