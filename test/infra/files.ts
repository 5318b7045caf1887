import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Declaration, readBicep, type Value } from "./bicep.ts";

const root = join(import.meta.dirname, "../..");

/** Text of a file of the repository. */
export function text(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Paths of the repository's files that a pattern names, in order. */
export function paths(pattern: string): readonly string[] {
  return globSync(pattern, { cwd: root }).sort();
}

export interface Template {
  readonly path: string;
  readonly source: string;
  readonly declarations: readonly Declaration[];
}

/** Every Bicep file of `infra/`, read. */
export function templates(): readonly Template[] {
  return paths("infra/**/*.bicep").map((path) => {
    const source = text(path);
    return { path, source, declarations: readBicep(source) };
  });
}

export function template(path: string): Template {
  const found = templates().find((one) => one.path === path);
  if (found === undefined) {
    throw new Error(`${path} is not there`);
  }
  return found;
}

/** Resources of a type that a file makes; those that it only refers to are left out. */
export function resources({ declarations }: Template, type: string): readonly Declaration[] {
  return declarations.filter((one) => one.type === type && !one.existing);
}

/** What stands under a path of keys, through a loop if there is one. */
export function at(value: Value, ...keys: readonly string[]): Value | undefined {
  const [key, ...rest] = keys;
  if (key === undefined) {
    return value;
  }
  if (value.kind === "loop") {
    return at(value.body, key, ...rest);
  }
  const next = value.kind === "object" ? value.entries.get(key) : undefined;
  return next && at(next, ...rest);
}

/** A text without its quotes, or a number, true, false or name as it is written; empty for all else. */
export function literal(value: Value | undefined): string {
  return value?.kind === "text" || value?.kind === "code" ? value.text : "";
}

/** The texts of a list, or of a variable that holds one. Throws when they are not plain texts. */
export function texts(value: Value | undefined, { declarations }: Template): readonly string[] {
  if (value?.kind === "code") {
    const variable = declarations.find((one) => one.keyword === "var" && one.name === value.text);
    return texts(variable?.value, { path: "", source: "", declarations: [] });
  }
  if (value?.kind !== "list") {
    throw new Error("not a list of texts");
  }
  return value.items.map((item) => {
    if (item.kind !== "text") {
      throw new Error("not a list of texts");
    }
    return item.text;
  });
}

/** Rows of the first Markdown table under a heading, by column; code marks are taken off. */
export function table(
  markdown: string,
  heading: string,
): readonly Readonly<Record<string, string>>[] {
  const section = markdown.split(/^(?=#+ )/m).find((part) => part.startsWith(heading));
  const lines = (/(^\|.*\n)+/m.exec(`${section}\n`)?.[0] ?? "").trimEnd().split("\n");
  const [head, , ...rows] = lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("`", "")),
  );
  if (head === undefined || rows.length === 0) {
    throw new Error(`there is no table under "${heading}"`);
  }
  return rows.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i] ?? ""])));
}
