type Cell = string | number;

/** Rows under a heading, each column as wide as it needs; numbers to the right. */
export function columns(heading: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const widths = heading.map((name, at) =>
    Math.max(name.length, ...rows.map((row) => String(row[at] ?? "").length)),
  );
  const isNumber = heading.map((_, at) => rows.some((row) => typeof row[at] === "number"));
  return [heading, ...rows].map((row) =>
    row
      .map((cell, at) => {
        const width = widths[at] ?? 0;
        return isNumber[at] ? String(cell).padStart(width) : String(cell).padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
}
