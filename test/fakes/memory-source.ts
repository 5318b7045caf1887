import type { Chunks, Source, SourceItem } from "../../shared/pipeline/ports.ts";

export interface HeldItem extends SourceItem {
  readonly bytes: string;
}

/** A source that lists what it received by window, a page at a time; ill as a test wants it. */
export function memorySource(
  held: HeldItem[],
  { pageSize = 2 }: { pageSize?: number } = {},
): Source & { failing: Map<string, Error>; down: Error | undefined; reads: string[] } {
  const reads: string[] = [];
  const failing = new Map<string, Error>();
  const source = {
    reads,
    failing,
    down: undefined as Error | undefined,

    async test() {
      if (source.down) throw source.down;
    },
    async list(window: { from: Date; until: Date }, cursor: string | undefined) {
      if (source.down) throw source.down;
      const inside = held
        .filter(({ receivedAt }) => receivedAt >= window.from && receivedAt < window.until)
        .sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
      const from = Number(cursor ?? 0);
      const next = from + pageSize;
      return {
        items: inside.slice(from, next).map(({ bytes: _, ...item }) => item),
        ...(next < inside.length && { next: String(next) }),
      };
    },
    async read({ id }: SourceItem): Promise<Chunks> {
      reads.push(id);
      const bytes = held.find((item) => item.id === id)?.bytes ?? "";
      return chunksOf(bytes, failing.get(id));
    },
  };
  return source;
}

async function* chunksOf(bytes: string, failure: Error | undefined): Chunks {
  const half = Math.ceil(bytes.length / 2);
  yield Buffer.from(bytes.slice(0, half));
  if (failure) throw failure;
  yield Buffer.from(bytes.slice(half));
}
