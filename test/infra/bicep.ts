import { TokenStream } from "./bicep-tokens.ts";

/**
 * Reads Bicep far enough to ask what a template sets: declarations, objects,
 * lists and loops are taken apart, any other expression is kept as its text
 * with the objects inside it. What it cannot read it refuses: a check that
 * skips what it does not understand would pass on anything.
 */
export type Value =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "object"; readonly entries: ReadonlyMap<string, Value> }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  | {
      readonly kind: "loop";
      readonly variable: string;
      readonly over: Value;
      readonly body: Value;
    }
  | { readonly kind: "code"; readonly text: string; readonly inner: readonly Value[] };

export interface Declaration {
  readonly keyword: "resource" | "module" | "var" | "param" | "output";
  readonly name: string;
  /** Of a resource: its type without the version, in full for a nested one too. */
  readonly type: string;
  readonly existing: boolean;
  /** The declaration a nested resource stands in. */
  readonly within: Declaration | undefined;
  readonly value: Value;
}

/** Every declaration of a file, nested ones too. Throws with the line where it cannot follow. */
export function readBicep(source: string): readonly Declaration[] {
  return new Reader(new TokenStream(source)).declarations();
}

/** An expression goes on over a line end only where one of these stands on either side of it. */
const JOINS = new Set(["?", ":", "&&", "||", "==", "!=", "??", "+", "=>", ".", "="]);

class Reader {
  readonly #tokens: TokenStream;
  readonly #found: Declaration[] = [];

  constructor(all: TokenStream) {
    this.#tokens = all;
  }

  declarations(): readonly Declaration[] {
    for (;;) {
      this.#tokens.skipLines();
      const word = this.#tokens.peek();
      if (word === undefined) {
        return this.#found;
      }
      if (word.text === "resource" || word.text === "module") {
        this.#resource(undefined);
      } else if (word.text === "var" || word.text === "param" || word.text === "output") {
        this.#plain(word.text);
      } else {
        this.#skipStatement(); // a decorator, an import, targetScope, a type
      }
    }
  }

  #plain(keyword: "var" | "param" | "output"): void {
    this.#tokens.next();
    const name = this.#tokens.next().text;
    let value: Value = { kind: "code", text: "", inner: [] };
    while (this.#tokens.peek() !== undefined && this.#tokens.peek()?.kind !== "newline") {
      if (this.#tokens.take("=")) {
        value = this.#value();
        break;
      }
      this.#tokens.next();
    }
    this.#found.push({ keyword, name, type: "", existing: false, within: undefined, value });
  }

  #resource(within: Declaration | undefined): void {
    const keyword = this.#tokens.next().text === "module" ? "module" : "resource";
    const name = this.#tokens.next().text;
    const written = this.#tokens.next().text.split("@")[0] ?? "";
    const type = within === undefined ? written : `${within.type}/${written}`;
    const existing = this.#tokens.take("existing");
    this.#tokens.expect("=");
    this.#condition();
    const entries = new Map<string, Value>();
    const declared: { -readonly [K in keyof Declaration]: Declaration[K] } = {
      keyword,
      name,
      type,
      existing,
      within,
      value: { kind: "object", entries },
    };
    this.#found.push(declared);
    declared.value = this.#value(declared);
  }

  #skipStatement(): void {
    let depth = 0;
    for (let token = this.#tokens.peek(); token !== undefined; token = this.#tokens.peek()) {
      if (depth === 0 && token.kind === "newline") {
        return;
      }
      depth += token.kind === "mark" && /^[([{]$/.test(token.text) ? 1 : 0;
      depth -= token.kind === "mark" && /^[)\]}]$/.test(token.text) ? 1 : 0;
      this.#tokens.next();
    }
  }

  #condition(): void {
    if (this.#tokens.take("if")) {
      this.#bracketed();
    }
  }

  #value(owner?: Declaration): Value {
    const first = this.#tokens.peek();
    if (first?.text === "{" && first.kind === "mark") {
      return this.#object(owner);
    }
    if (first?.text === "[" && first.kind === "mark") {
      return this.#list(owner);
    }
    return this.#expression();
  }

  #object(owner?: Declaration): Value {
    const entries = new Map<string, Value>();
    this.#tokens.expect("{");
    for (;;) {
      this.#tokens.skipLines();
      if (this.#tokens.take("}")) {
        return { kind: "object", entries };
      }
      const isNested =
        this.#tokens.peek()?.text === "resource" && this.#tokens.peek(1)?.kind === "word";
      if (isNested && owner !== undefined) {
        this.#resource(owner);
        continue;
      }
      const key = this.#tokens.next().text;
      this.#tokens.expect(":");
      entries.set(key, this.#value());
      this.#tokens.take(",");
    }
  }

  #list(owner?: Declaration): Value {
    this.#tokens.expect("[");
    this.#tokens.skipLines();
    if (this.#tokens.peek()?.text === "for" && this.#tokens.peek()?.kind === "word") {
      return this.#loop(owner);
    }
    const items: Value[] = [];
    for (;;) {
      this.#tokens.skipLines();
      if (this.#tokens.take("]")) {
        return { kind: "list", items };
      }
      items.push(this.#value());
      this.#tokens.take(",");
    }
  }

  #loop(owner?: Declaration): Value {
    this.#tokens.expect("for");
    const both = this.#tokens.take("(");
    const variable = this.#tokens.next().text;
    if (both) {
      this.#tokens.expect(",");
      this.#tokens.next();
      this.#tokens.expect(")");
    }
    this.#tokens.expect("in");
    const over = this.#value();
    this.#tokens.expect(":");
    this.#condition();
    const body = this.#value(owner);
    this.#tokens.skipLines();
    this.#tokens.expect("]");
    return { kind: "loop", variable, over, body };
  }

  #expression(): Value {
    const parts: string[] = [];
    const inner: Value[] = [];
    let texts = 0;
    let plain: string | undefined;
    for (;;) {
      const token = this.#tokens.peek();
      if (token === undefined || /^[,}\]):]$/.test(token.kind === "mark" ? token.text : "")) {
        // A colon ends an expression unless it is the second half of a choice.
        if (
          token?.text === ":" &&
          parts.filter((part) => part === "?").length > count(parts, ":")
        ) {
          parts.push(this.#tokens.next().text);
          continue;
        }
        break;
      }
      if (token.kind === "newline") {
        const before = parts.at(-1) ?? "";
        const after = this.#tokens.afterLines()?.text ?? "";
        if (parts.length === 0 || !(JOINS.has(before) || JOINS.has(after))) {
          break;
        }
        this.#tokens.skipLines();
        continue;
      }
      if (token.kind === "mark" && (token.text === "{" || token.text === "[")) {
        const value = this.#value();
        inner.push(value);
        parts.push(token.text === "{" ? "{…}" : "[…]");
        continue;
      }
      if (token.kind === "mark" && token.text === "(") {
        const { text, values } = this.#bracketed();
        parts.push(text);
        inner.push(...values);
        continue;
      }
      this.#tokens.next();
      texts += 1;
      plain = token.kind === "text" && token.plain ? token.text : undefined;
      parts.push(token.kind === "text" && token.plain ? `'${token.text}'` : token.text);
    }
    if (parts.length === 1 && texts === 1 && plain !== undefined) {
      return { kind: "text", text: plain };
    }
    return { kind: "code", text: parts.join(""), inner };
  }

  #bracketed(): { text: string; values: readonly Value[] } {
    this.#tokens.expect("(");
    const parts: string[] = [];
    const values: Value[] = [];
    for (;;) {
      this.#tokens.skipLines();
      if (this.#tokens.take(")")) {
        return { text: `(${parts.join("")})`, values };
      }
      if (this.#tokens.take(",")) {
        parts.push(",");
        continue;
      }
      const value = this.#value();
      values.push(value);
      parts.push(shown(value));
      if (this.#tokens.take(":")) {
        parts.push(":");
      }
    }
  }
}

const count = (parts: readonly string[], mark: string) =>
  parts.filter((part) => part === mark).length;

/** How an expression's text names a value inside it. */
function shown(value: Value): string {
  if (value.kind === "text") {
    return `'${value.text}'`;
  }
  if (value.kind === "code") {
    return value.text;
  }
  return value.kind === "object" ? "{…}" : "[…]";
}
