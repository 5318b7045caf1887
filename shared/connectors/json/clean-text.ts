import { oneLine } from "../one-line.ts";

/**
 * A text as a mail client can show it.
 *
 * Phones wrap names in bidi isolates (U+2066–2069), which are boxes elsewhere and
 * keep a search from finding the name. NUL and its kin are no characters of a
 * mail, and end a text early in careless readers: each becomes U+FFFD.
 */
export function cleanText(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/[\u2066-\u2069]/g, "")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to replace
      .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uFFFE\uFFFF]/g, "\uFFFD")
  );
}

/** The same on one line; absent when nothing is left. */
export function cleanLine(text: string | null | undefined): string | undefined {
  return (text && oneLine(text.replace(/[\u2066-\u2069]/g, ""))) || undefined;
}
