/** Those who ask for the same thing at the same time share one call, and its outcome. */
export function sharedCalls<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const underWay = new Map<string, Promise<T>>();
  return (key, work) => {
    const before = underWay.get(key);
    if (before !== undefined) return before;
    const working = work().finally(() => underWay.delete(key));
    underWay.set(key, working);
    return working;
  };
}
