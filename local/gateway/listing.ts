import { Refusal } from "./answers.ts";
import { type CursorContent, readCursor, writeCursor } from "./cursor.ts";
import { bodySize } from "./item.ts";
import type { ListRequest } from "./request.ts";
import { type Position, positionOf, type Shelf } from "./shelf.ts";

export interface Page {
  readonly items: readonly {
    readonly id: string;
    readonly receivedAt: string;
    readonly mediaType: string;
    readonly size: number;
  }[];
  readonly next: string | null;
}

/** Lists one page. Throws a `Refusal` for a cursor that is not of this window, or has expired. */
export function listPage(shelf: Shelf, asked: ListRequest, generation: number): Page {
  const { type, from, to, pageSize } = asked;
  const { items, more } = shelf.page({
    type,
    from,
    to,
    after: placeOf(asked, generation),
    pageSize,
  });
  const last = items.at(-1);
  return {
    items: items.map(({ id, receivedAt, mediaType, body }) => ({
      id,
      receivedAt: receivedAt.toISOString(),
      mediaType,
      size: bodySize(body),
    })),
    next: more && last ? writeCursor(contentOf(asked, positionOf(last), generation)) : null,
  };
}

/** A cursor that leads to the page which was asked for. */
export function cursorOfSamePage(asked: ListRequest, generation: number): string {
  const justBefore = { receivedAtMs: asked.from.getTime() - 1, id: "\uffff" };
  return asked.cursor ?? writeCursor(contentOf(asked, justBefore, generation));
}

function placeOf(asked: ListRequest, generation: number): Position | undefined {
  if (asked.cursor === undefined) return undefined;
  const cursor = readCursor(asked.cursor);
  if (
    cursor?.type !== asked.type ||
    cursor.fromMs !== asked.from.getTime() ||
    cursor.toMs !== asked.to.getTime() ||
    cursor.generation !== generation
  ) {
    throw new Refusal(
      400,
      "cursor is unknown, has expired or is of another window: list this window again without one.",
    );
  }
  return cursor.after;
}

function contentOf(asked: ListRequest, after: Position, generation: number): CursorContent {
  const { type, from, to } = asked;
  return { type, fromMs: from.getTime(), toMs: to.getTime(), after, generation };
}
