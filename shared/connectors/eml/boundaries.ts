/** A boundary line: which of the open multiparts it belongs to, and whether it ends it. */
export interface BoundaryLine {
  readonly level: number;
  readonly closes: boolean;
}

/** The multiparts that are open, outermost first, by their boundaries. */
export interface OpenBoundaries {
  readonly size: number;
  push(boundary: string | undefined): void;
  /** Leaves only the outermost `size` open. */
  keep(size: number): void;
  /** Whether a line can match whose first byte after the two hyphens is this one. */
  canBegin(byte: number | undefined): boolean;
  /** A line that begins with two hyphens, blanks at its end and all. */
  match(line: string): BoundaryLine | undefined;
}

/**
 * Of two open multiparts with one boundary the inner one is meant. A multipart
 * whose head names no boundary takes the first line that looks like one.
 */
export function openBoundaries(): OpenBoundaries {
  const open: (string | undefined)[] = [];
  // Looked up, not searched: a hostile email may have as many levels as lines.
  const levels = new Map<string, number[]>();
  const firsts = new Map<number, number>();
  let unnamed = 0;

  const count = (boundary: string, by: number) => {
    const first = boundary.charCodeAt(0);
    firsts.set(first, (firsts.get(first) ?? 0) + by);
  };
  const add = (boundary: string, level: number) => {
    const same = levels.get(boundary);
    if (same) same.push(level);
    else levels.set(boundary, [level]);
    count(boundary, 1);
  };
  const remove = (boundary: string) => {
    const same = levels.get(boundary);
    same?.pop();
    if (same?.length === 0) levels.delete(boundary);
    count(boundary, -1);
  };
  const find = (boundary: string) => levels.get(boundary)?.at(-1);

  return {
    get size() {
      return open.length;
    },
    push(boundary) {
      open.push(boundary);
      if (boundary === undefined) unnamed += 1;
      else add(boundary, open.length - 1);
    },
    keep(size) {
      for (const boundary of open.splice(size).reverse()) {
        if (boundary === undefined) unnamed -= 1;
        else remove(boundary);
      }
    },
    canBegin: (byte = 0) => unnamed > 0 || (firsts.get(byte) ?? 0) > 0,
    match(line) {
      const text = line.slice(2).trimEnd();
      const opened = find(text);
      if (opened !== undefined) return { level: opened, closes: false };
      const closed = text.endsWith("--") ? find(text.slice(0, -2)) : undefined;
      if (closed !== undefined) return { level: closed, closes: true };

      const innermost = open.length - 1;
      if (innermost < 0 || open[innermost] !== undefined || !/[\w=]/.test(text)) return undefined;
      open[innermost] = text;
      unnamed -= 1;
      add(text, innermost);
      return { level: innermost, closes: false };
    },
  };
}
