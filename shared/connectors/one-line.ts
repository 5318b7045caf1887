/**
 * The text on one line: runs of white space and control characters become one
 * space. A line break in a subject or a name would begin a header of its own.
 */
export function oneLine(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
}

/** Most names and subjects: words of ASCII with one space between them, as they should be. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;
