import type { MailFile, MailItem } from "../../domain/mail-item.ts";
import { SESSION_FROM_BYTES } from "./attachments.ts";

/**
 * How many of the item's files a message has, given their names. Files go onto it
 * in order, so those it has are the first ones; if they are not, it is of no use:
 * undefined.
 */
export function filesDone(item: MailItem, names: readonly string[]): number | undefined {
  const expected = item.files.slice(0, names.length).map(({ name }) => name);
  const isPrefix =
    names.length <= item.files.length &&
    expected.toSorted().every((name, at) => name === names.toSorted()[at]);
  return isPrefix ? names.length : undefined;
}

/** What the files weigh on their way: those that go as JSON are a third heavier. */
export function bytesOf(files: readonly MailFile[]): number {
  return files.reduce((sum, { size }) => sum + (size < SESSION_FROM_BYTES ? size * 1.4 : size), 0);
}
