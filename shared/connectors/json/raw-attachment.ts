import { sha256 } from "../../domain/item-key.ts";
import type { Attachment } from "../../domain/message.ts";
import type { File } from "./schema.ts";

/** Smaller messages are attached to the byte. */
const LARGE = 262_144;

/**
 * The raw message as a file, for a message that could not be read whole.
 *
 * In a large one the contents of the files, which are attached beside it, give
 * way to their SHA-256: twice the files would push a healthy item over the size
 * that its mailbox takes.
 */
export function rawAttachment(
  bytes: Uint8Array,
  value: object,
  files: readonly (readonly [File, Attachment])[],
): Attachment {
  const content = bytes.length > LARGE && files.length > 0 ? withoutFiles(value, files) : undefined;
  return {
    name: "message.json",
    contentType: "application/json",
    size: (content ?? bytes).length,
    inline: false,
    content: content ?? bytes,
  };
}

function withoutFiles(
  value: object,
  files: readonly (readonly [File, Attachment])[],
): Uint8Array | undefined {
  const stated = new Map(
    files.map(([{ content, value }, { name, size, content: bytes }]) => [
      content ?? value,
      `(${name}, ${size} bytes, SHA-256 ${sha256(bytes)}, attached)`,
    ]),
  );
  try {
    const text = JSON.stringify(
      value,
      (_key, it) => (typeof it === "string" ? (stated.get(it) ?? it) : it),
      2,
    );
    return Buffer.from(text, "utf8");
  } catch {
    // Nested deeper than JSON.stringify can go: as it came, then.
    return undefined;
  }
}
