import type { FileInfo } from "./message.ts";

/** Base64 in lines of 76 characters, as emails carry files (RFC 2045 §6.8). */
function encodedSize(bytes: number): number {
  const characters = Math.ceil(bytes / 3) * 4;
  return characters + Math.ceil(characters / 76) * 2;
}

/**
 * Which files to leave out of an email of so many bytes until it fits: the
 * largest first, so that the most files stay. Nothing when it cannot fit, since
 * what is too large are the words themselves.
 */
export function leaveOut<T extends FileInfo>(
  files: readonly T[],
  emailBytes: number,
  limit: number,
): ReadonlySet<T> | undefined {
  const left = new Set<T>();
  let bytes = emailBytes;
  for (const file of [...files].sort((a, b) => b.size - a.size)) {
    if (bytes <= limit && file.size <= limit) break;
    left.add(file);
    bytes -= encodedSize(file.size);
  }
  return bytes <= limit ? left : undefined;
}
