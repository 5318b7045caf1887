/**
 * Runs the work for each item, at most `limit` at once.
 *
 * After a failure, of the work or of the items, no further item is begun; those
 * under way are awaited, so that nothing goes on behind the caller's back, and the
 * failure is thrown.
 */
export async function eachLimited<T>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;

  try {
    for await (const item of items) {
      if (failure) break;
      const one: Promise<void> = work(item)
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => running.delete(one));
      running.add(one);
      if (running.size >= limit) await Promise.race(running);
    }
  } finally {
    await Promise.all(running);
  }
  if (failure) throw failure.error;
}
