/** So many items stand in one entry of the operation log. */
const SLICE = 200;

/** The entries of a list, some hundred at a time. */
export async function* inSlices<T>(entries: AsyncIterable<T>): AsyncGenerator<T[]> {
  let slice: T[] = [];
  for await (const entry of entries) {
    slice.push(entry);
    if (slice.length < SLICE) continue;
    yield slice;
    slice = [];
  }
  if (slice.length > 0) yield slice;
}
