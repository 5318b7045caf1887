import { badRequest } from "../refusal.ts";

export type Literal = string | number | boolean | null | Date;
export type Comparison = "eq" | "ne" | "gt" | "ge" | "lt" | "le";
export type TextTest = "startswith" | "endswith" | "contains";

export type Filter =
  | { readonly kind: "and" | "or"; readonly terms: readonly Filter[] }
  | { readonly kind: "not"; readonly term: Filter }
  | {
      readonly kind: "compare";
      readonly path: string;
      readonly operator: Comparison;
      readonly value: Literal;
    }
  | { readonly kind: "in"; readonly path: string; readonly values: readonly Literal[] }
  | {
      readonly kind: "text";
      readonly path: string;
      readonly test: TextTest;
      readonly value: string;
    }
  | AnyFilter;

/** `path/any(variable: where)`; the paths in `where` begin with the variable. */
export interface AnyFilter {
  readonly kind: "any";
  readonly path: string;
  readonly variable: string;
  readonly where: Filter;
}

interface Token {
  readonly kind: "word" | "literal" | "mark";
  readonly text: string;
  readonly value?: Literal;
}

const TOKEN =
  /\s*(?:'((?:[^']|'')*)'|(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d))|(-?\d+(?:\.\d+)?)(?![\w-])|([A-Za-z_][\w.]*(?:\/[A-Za-z_][\w.]*)*)|([(),:]))/y;

const COMPARISONS: readonly string[] = ["eq", "ne", "gt", "ge", "lt", "le"];
const TEXT_TESTS: readonly string[] = ["startswith", "endswith", "contains"];

/** Reads a `$filter` of the part of OData that Graph's mail and user lists understand. */
export function parseFilter(text: string): Filter {
  const tokens = tokenize(text);
  let next = 0;

  const peek = () => tokens[next];
  const peekWord = () => (peek()?.kind === "word" ? peek()?.text.toLowerCase() : undefined);
  const isMark = (mark: string) => peek()?.kind === "mark" && peek()?.text === mark;
  const fail = () => badRequest(`Invalid filter clause: syntax error in '${text}'.`);

  function take(kind: Token["kind"], mark?: string): Token {
    const token = peek();
    if (token?.kind !== kind || (mark !== undefined && token.text !== mark)) {
      throw fail();
    }
    next++;
    return token;
  }

  function series(word: "and" | "or", term: () => Filter): Filter {
    const terms = [term()];
    while (peekWord() === word) {
      next++;
      terms.push(term());
    }
    const [only] = terms;
    return terms.length === 1 && only ? only : { kind: word, terms };
  }

  const disjunction = (): Filter => series("or", () => series("and", unary));

  function unary(): Filter {
    if (peekWord() === "not") {
      next++;
      return { kind: "not", term: unary() };
    }
    if (isMark("(")) {
      next++;
      const inner = disjunction();
      take("mark", ")");
      return inner;
    }
    return test();
  }

  function test(): Filter {
    const word = take("word").text;
    if (isMark("(")) {
      next++;
      return /\/any$/i.test(word) ? any(word.slice(0, -4)) : textTest(word.toLowerCase());
    }
    const operator = take("word").text.toLowerCase();
    if (operator === "in") {
      return { kind: "in", path: word, values: list() };
    }
    if (!COMPARISONS.includes(operator)) {
      throw fail();
    }
    return { kind: "compare", path: word, operator: operator as Comparison, value: literal() };
  }

  function any(path: string): Filter {
    const variable = take("word").text;
    take("mark", ":");
    const where = disjunction();
    take("mark", ")");
    return { kind: "any", path, variable, where };
  }

  function textTest(name: string): Filter {
    if (!TEXT_TESTS.includes(name)) {
      throw fail();
    }
    const path = take("word").text;
    take("mark", ",");
    const value = literal();
    take("mark", ")");
    if (typeof value !== "string") {
      throw fail();
    }
    return { kind: "text", path, test: name as TextTest, value };
  }

  function list(): Literal[] {
    take("mark", "(");
    const values = [literal()];
    while (isMark(",")) {
      next++;
      values.push(literal());
    }
    take("mark", ")");
    return values;
  }

  function literal(): Literal {
    const token = peek();
    if (token?.kind === "literal" && token.value !== undefined) {
      next++;
      return token.value;
    }
    const word = take("word").text;
    if (word === "true" || word === "false") {
      return word === "true";
    }
    if (word === "null") {
      return null;
    }
    throw fail();
  }

  const filter = disjunction();
  if (next < tokens.length) {
    throw fail();
  }
  return filter;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) {
      throw badRequest(`Invalid filter clause: syntax error at position ${at} in '${text}'.`);
    }
    const [, quoted, dateTime, number, word, mark] = match;
    if (quoted !== undefined) {
      tokens.push({ kind: "literal", text: quoted, value: quoted.replaceAll("''", "'") });
    } else if (dateTime !== undefined) {
      tokens.push({ kind: "literal", text: dateTime, value: new Date(dateTime) });
    } else if (number !== undefined) {
      tokens.push({ kind: "literal", text: number, value: Number(number) });
    } else if (word !== undefined) {
      tokens.push({ kind: "word", text: word });
    } else {
      tokens.push({ kind: "mark", text: mark ?? "" });
    }
  }
  return tokens;
}
