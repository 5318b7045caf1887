const LONGEST = 255;
const LONGEST_EXTENSION = 20;

/**
 * A name that is safe to show and to save, as near to the given one as can be.
 *
 * Path separators, control characters, and the marks that turn the direction of
 * the text (`exe.gpj` shown as `jpg.exe`) become `_`. Letters of all scripts,
 * emoji and quotes stay. Never empty, never `.` or `..`, 255 characters at most
 * with the extension kept.
 */
export function safeFileName(name: string): string {
  const safe = name
    .toWellFormed()
    .replace(/[/\\\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\uFFFD]/gu, "_")
    .trim();
  if (safe === "" || /^\.+$/.test(safe))
    return "_".repeat(Math.max(1, Math.min(safe.length, LONGEST)));
  return cut(safe, "");
}

/** The names, with ` (2)`, ` (3)` … before the extension where one was there already, whatever its case. */
export function distinctFileNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  const next = new Map<string, number>();
  return names.map((name) => {
    const key = name.toLowerCase();
    let distinct = name;
    for (let n = next.get(key) ?? 2; taken.has(distinct.toLowerCase()); n += 1) {
      distinct = cut(name, ` (${n})`);
      next.set(key, n + 1);
    }
    taken.add(distinct.toLowerCase());
    return distinct;
  });
}

/** Puts `mark` before the extension and shortens the stem until all fits. */
function cut(name: string, mark: string): string {
  const dot = name.lastIndexOf(".");
  const split = dot > 0 && name.length - dot <= LONGEST_EXTENSION ? dot : name.length;
  const room = LONGEST - mark.length - (name.length - split);
  // A pair of surrogates cut in two is no character, and Graph refuses the request.
  const stem = name.slice(0, Math.min(split, room)).replace(/[\uD800-\uDBFF]$/, "");
  return `${stem}${mark}${name.slice(split)}`;
}
