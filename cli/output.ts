import type { Io } from "./io.ts";

/** Writes a command's answer: for a person, or as JSON for a program. */
export interface Output {
  readonly isJson: boolean;
  /** `text` is called only when a person reads it. */
  print(value: unknown, text: () => string): void;
  /** What goes on, for a person; never into the answer. */
  note(text: string): void;
}

export function output(io: Pick<Io, "out" | "err">, isJson: boolean): Output {
  return {
    isJson,
    print(value, text) {
      io.out.write(isJson ? `${JSON.stringify(value, undefined, 2)}\n` : `${text().trimEnd()}\n`);
    },
    note(text) {
      io.err.write(`${text}\n`);
    },
  };
}

export type Cell = string | number | boolean | null | undefined;

/** Rows under headings, each column as wide as its widest cell. */
export function table(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return "none";
  const texts = [headings, ...rows].map((row) => row.map((cell) => safe(String(cell ?? ""))));
  const widths = headings.map((_, column) =>
    Math.max(...texts.map((row) => row[column]?.length ?? 0)),
  );
  return texts
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Names and their values, one a line. */
export function fields(values: Readonly<Record<string, Cell>>): string {
  const shown = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${safe(String(value))}`).join("\n");
}

/** `2026-01-05 09:00`, UTC. */
export function moment(iso: unknown): string {
  return typeof iso === "string" ? iso.slice(0, 16).replace("T", " ") : "";
}

/** Without what would steer a terminal: a text may come from a stranger. */
export function safe(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "?");
}
