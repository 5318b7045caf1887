import type { Chunks } from "./ports.ts";

/** All of a stream's bytes; for what is known to be small. */
export async function gather(chunks: Chunks): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}
