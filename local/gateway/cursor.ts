import { createHmac } from "node:crypto";
import { z } from "zod";
import type { Position } from "./shelf.ts";

/** What a cursor stands for: a place in one window of one type. */
export interface CursorContent {
  readonly type: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly after: Position;
  /** Raised when a test lets all cursors expire. */
  readonly generation: number;
}

const Fields = z.tuple([z.string(), z.int(), z.int(), z.int(), z.string(), z.int()]);

/**
 * Writes a cursor that holds its whole state, so that it outlives the process.
 * The seal is there so that a client which builds or changes one is refused.
 */
export function writeCursor({ type, fromMs, toMs, after, generation }: CursorContent): string {
  const fields = [type, fromMs, toMs, after.receivedAtMs, after.id, generation];
  const content = Buffer.from(JSON.stringify(fields)).toString("base64url");
  return `${content}.${seal(content)}`;
}

/** The content of a cursor, or nothing where this gateway never gave that cursor out. */
export function readCursor(cursor: string): CursorContent | undefined {
  const [content = "", given, ...rest] = cursor.split(".");
  if (given !== seal(content) || rest.length > 0) return undefined;
  const [type, fromMs, toMs, receivedAtMs, id, generation] = Fields.parse(
    JSON.parse(Buffer.from(content, "base64url").toString()),
  );
  return { type, fromMs, toMs, after: { receivedAtMs, id }, generation };
}

function seal(content: string): string {
  return createHmac("sha256", "stand-in gateway").update(content).digest("base64url").slice(0, 16);
}
