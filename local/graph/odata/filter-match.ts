import { badRequest } from "../refusal.ts";
import type { AnyFilter, Comparison, Filter, Literal, TextTest } from "./filter-syntax.ts";

/** What a filter is matched against. */
export interface Subject {
  /** The value at a path: text, number, boolean, Date, null, or a list for `any`. */
  read(path: string): unknown;
  /** Decides an `any` that is not a plain list of values. */
  any?(filter: AnyFilter): boolean;
}

/** Whether the subject passes. Text is compared without regard to case, as Exchange and Entra do. */
export function matches(filter: Filter, subject: Subject): boolean {
  switch (filter.kind) {
    case "and":
      return filter.terms.every((term) => matches(term, subject));
    case "or":
      return filter.terms.some((term) => matches(term, subject));
    case "not":
      return !matches(filter.term, subject);
    case "compare":
      return compare(subject.read(filter.path), filter.operator, filter.value);
    case "in": {
      const value = subject.read(filter.path);
      return filter.values.some((candidate) => compare(value, "eq", candidate));
    }
    case "text":
      return hasText(subject.read(filter.path), filter.test, filter.value);
    case "any":
      return subject.any ? subject.any(filter) : anyOf(subject.read(filter.path), filter);
  }
}

/** Every test in a filter, as path and operator; for checking what may be filtered at all. */
export function testsOf(filter: Filter): { path: string; operator: string }[] {
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.terms.flatMap(testsOf);
    case "not":
      return testsOf(filter.term).map(({ path }) => ({ path, operator: "not" }));
    case "compare":
      return [{ path: filter.path, operator: filter.operator }];
    case "in":
      return [{ path: filter.path, operator: "in" }];
    case "text":
      return [{ path: filter.path, operator: filter.test }];
    case "any": {
      const inner = testsOf(filter.where).map(({ operator }) => operator);
      return inner.map((operator) => ({ path: filter.path, operator: `any ${operator}` }));
    }
  }
}

export function compare(value: unknown, operator: Comparison, literal: Literal): boolean {
  const left = comparable(value);
  const right = comparable(literal);
  if (left !== null && right !== null && typeof left !== typeof right) {
    throw badRequest(
      "A binary operator with incompatible types was detected in the filter clause.",
    );
  }
  switch (operator) {
    case "eq":
      return left === right;
    case "ne":
      return left !== right;
    case "gt":
      return left !== null && right !== null && left > right;
    case "ge":
      return left !== null && right !== null && left >= right;
    case "lt":
      return left !== null && right !== null && left < right;
    case "le":
      return left !== null && right !== null && left <= right;
  }
}

export function hasText(value: unknown, test: TextTest, text: string): boolean {
  const whole = comparable(value);
  if (typeof whole !== "string") {
    return false;
  }
  const part = text.toLowerCase();
  if (test === "contains") {
    return whole.includes(part);
  }
  return test === "startswith" ? whole.startsWith(part) : whole.endsWith(part);
}

function anyOf(list: unknown, filter: AnyFilter): boolean {
  if (!Array.isArray(list)) {
    throw badRequest(`'${filter.path}' is not a collection.`);
  }
  return list.some((element) =>
    matches(filter.where, {
      read: (path) => {
        if (path !== filter.variable) {
          throw badRequest(`Could not find a property named '${path}'.`);
        }
        return element;
      },
    }),
  );
}

function comparable(value: unknown): string | number | boolean | null {
  if (value instanceof Date) {
    return value.getTime();
  }
  if (typeof value === "string") {
    return value.toLowerCase();
  }
  return typeof value === "number" || typeof value === "boolean" ? value : null;
}
