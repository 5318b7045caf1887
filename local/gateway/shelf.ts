import type { Item } from "./item.ts";

/** A place in the order of a listing: oldest first, and by id where times are equal. */
export interface Position {
  readonly receivedAtMs: number;
  readonly id: string;
}

interface PageRequest {
  readonly type: string;
  readonly from: Date;
  /** Not itself inside. */
  readonly to: Date;
  /** The page begins behind this place. */
  readonly after: Position | undefined;
  readonly pageSize: number;
}

/** The items a gateway holds, in the order in which it lists them. */
export interface Shelf {
  /** Puts an item, or moves the one of that id to another received time. */
  put(item: Item): void;
  remove(type: string, id: string): boolean;
  clear(): void;
  find(type: string, id: string): Item | undefined;
  page(request: PageRequest): { items: Item[]; more: boolean };
}

export function memoryShelf(): Shelf {
  const byType = new Map<string, Map<string, Item>>();
  const listings = new Map<string, Item[]>();

  function listing(type: string): Item[] {
    const known = listings.get(type);
    if (known) return known;
    const sorted = [...(byType.get(type)?.values() ?? [])].sort((a, b) =>
      compare(positionOf(a), positionOf(b)),
    );
    listings.set(type, sorted);
    return sorted;
  }

  return {
    put(item) {
      const items = byType.get(item.type) ?? new Map<string, Item>();
      byType.set(item.type, items.set(item.id, item));
      listings.delete(item.type);
    },
    remove(type, id) {
      listings.delete(type);
      return byType.get(type)?.delete(id) ?? false;
    },
    clear() {
      byType.clear();
      listings.clear();
    },
    find: (type, id) => byType.get(type)?.get(id),
    page({ type, from, to, after, pageSize }) {
      const all = listing(type);
      const start = after
        ? firstIndex(all, (item) => compare(positionOf(item), after) > 0)
        : firstIndex(all, (item) => item.receivedAt >= from);
      const end = firstIndex(all, (item) => item.receivedAt >= to);
      const items = all.slice(start, Math.min(start + pageSize, end));
      return { items, more: start + items.length < end };
    },
  };
}

export function positionOf(item: Item): Position {
  return { receivedAtMs: item.receivedAt.getTime(), id: item.id };
}

function compare(a: Position, b: Position): number {
  if (a.receivedAtMs !== b.receivedAtMs) return a.receivedAtMs - b.receivedAtMs;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** Binary search: the claim is false up to some place and true behind it. */
function firstIndex(items: Item[], claim: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item && claim(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
