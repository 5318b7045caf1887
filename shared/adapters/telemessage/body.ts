import type { IncomingMessage } from "node:http";
import { SourceError } from "../../domain/errors.ts";
import type { Chunks } from "../../pipeline/ports.ts";

/**
 * The pieces of an answer's body, as they come.
 *
 * Throws `SourceError` (`unavailable`) when the connection breaks, or when
 * nothing comes for too long. Only the time in which we wait for the gateway
 * counts: a slow reader of ours holds up the connection, and that is no fault.
 */
async function* bodyOf(response: IncomingMessage, idleMs: number): Chunks {
  const pieces = response[Symbol.asyncIterator]();
  // Made only then: the stack of an error costs as much as anything else that a small item does here.
  const giveUp = (): void => {
    response.destroy(new SourceError("unavailable", "body-timeout"));
  };
  try {
    for (;;) {
      const waiting = setTimeout(giveUp, idleMs);
      const piece = await pieces.next().finally(() => clearTimeout(waiting));
      if (piece.done) return;
      yield piece.value;
    }
  } catch (error) {
    if (error instanceof SourceError) throw error;
    throw new SourceError("unavailable", "connection-lost", { cause: error });
  } finally {
    response.destroy();
  }
}

/** The whole body as text; for pages, which are small. */
export async function textOf(
  response: IncomingMessage,
  { idleMs, limit }: { idleMs: number; limit: number },
): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of bodyOf(response, idleMs)) {
    size += part.byteLength;
    if (size > limit) throw new SourceError("stopped", "page-too-large");
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/**
 * An item's bytes, and not one fewer or more than were told.
 *
 * Throws `SourceError` (`item-unavailable`) in the midst of the iteration: what
 * came until then must not be stored.
 */
export async function* itemBytes(
  response: IncomingMessage,
  { idleMs, sizes }: { idleMs: number; sizes: readonly number[] },
): Chunks {
  const shortest = Math.min(...sizes);
  const longest = Math.max(...sizes);
  let size = 0;
  try {
    for await (const chunk of bodyOf(response, idleMs)) {
      size += chunk.byteLength;
      if (size > shortest) throw new SourceError("item-unavailable", "size-differs");
      yield chunk;
    }
  } catch (error) {
    if (!(error instanceof SourceError) || error.code !== "unavailable") throw error;
    const detail = error.detail === "connection-lost" ? "ended-early" : error.detail;
    throw new SourceError("item-unavailable", detail, { cause: error });
  }
  if (size < longest) throw new SourceError("item-unavailable", "ended-early");
}
