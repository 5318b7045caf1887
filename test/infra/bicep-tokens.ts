/** A word, a text in quotes, a mark or a line end. Comments are gone. */
export interface Token {
  readonly kind: "word" | "text" | "mark" | "newline";
  readonly text: string;
  /** A text without `${…}`, and so the same wherever it is read. */
  readonly plain: boolean;
}

/** The tokens of a file, and the place that reading has come to. */
export class TokenStream {
  readonly #all: readonly Token[];
  #at = 0;

  /** Throws where a text does not end. */
  constructor(source: string) {
    this.#all = tokens(source);
  }

  peek(ahead = 0): Token | undefined {
    return this.#all[this.#at + ahead];
  }

  next(): Token {
    const token = this.#all[this.#at];
    if (token === undefined) {
      throw new Error("bicep: the file ends in the middle");
    }
    this.#at += 1;
    return token;
  }

  /** Goes over `text` if it comes next, and tells whether it did. */
  take(text: string): boolean {
    const token = this.peek();
    const there = token !== undefined && token.kind !== "text" && token.text === text;
    this.#at += there ? 1 : 0;
    return there;
  }

  expect(text: string): void {
    if (!this.take(text)) {
      const line = this.#all.slice(0, this.#at).filter((t) => t.kind === "newline").length + 1;
      throw new Error(`bicep: line ${line}: "${text}" expected, "${this.peek()?.text}" found`);
    }
  }

  skipLines(): void {
    while (this.peek()?.kind === "newline") {
      this.#at += 1;
    }
  }

  /** What comes next but for line ends. */
  afterLines(): Token | undefined {
    return this.#all.slice(this.#at).find((token) => token.kind !== "newline");
  }
}

function tokens(source: string): readonly Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const rest = source.slice(at);
    const skipped = /^([ \t\r]+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/.exec(rest)?.[0];
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    const length = source[at] === "'" ? textLength(rest) : undefined;
    if (length !== undefined) {
      const raw = source.slice(at, at + length);
      const plain = raw.startsWith("'''") || !/(^|[^\\])\$\{/.test(raw);
      const text = raw.startsWith("'''") ? raw.slice(3, -3) : raw.slice(1, -1);
      found.push({ kind: "text", text: plain ? text.replace(/\\(.)/g, "$1") : raw, plain });
      at += length;
      continue;
    }
    const word = /^[A-Za-z0-9_]+/.exec(rest)?.[0];
    const mark = /^(::|=>|==|!=|<=|>=|&&|\|\||\?\?|\.\?|[\s\S])/.exec(rest)?.[0] ?? "";
    const text = word ?? mark;
    found.push({
      kind: word !== undefined ? "word" : text === "\n" ? "newline" : "mark",
      text,
      plain: true,
    });
    at += text.length;
  }
  return found;
}

/** Length of the text that `source` begins with; a `${…}` may hold further texts. */
function textLength(source: string): number {
  if (source.startsWith("'''")) {
    return source.indexOf("'''", 3) + 3;
  }
  let at = 1;
  while (source[at] !== "'") {
    if (source[at] === undefined || source[at] === "\n") {
      throw new Error(`bicep: a text does not end: ${source.slice(0, 40)}`);
    }
    if (source[at] === "\\") {
      at += 2;
    } else if (source.startsWith("${", at)) {
      let depth = 0;
      do {
        if (source[at] === "'") {
          at += textLength(source.slice(at));
          continue;
        }
        depth += source[at] === "{" ? 1 : source[at] === "}" ? -1 : 0;
        at += 1;
      } while (depth > 0 || source[at - 1] === "$");
    } else {
      at += 1;
    }
  }
  return at + 1;
}
