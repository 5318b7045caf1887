import { sharedCalls } from "./shared-calls.ts";

/** Answers that are kept for a while, each for its own time. */
export interface ExpiringCache<T> {
  /**
   * The answer that is kept, or the one that `load` gets. Who asks while it is
   * being got shares it; a failure is not kept.
   */
  get(key: string, load: () => Promise<{ value: T; keepMs: number }>): Promise<T>;
  forget(key: string): void;
}

export function expiringCache<T>(options: {
  now: () => Date;
  /** Of more answers, the ones got first are forgotten. */
  most: number;
}): ExpiringCache<T> {
  const { now, most } = options;
  const kept = new Map<string, { value: T; until: number }>();
  const shared = sharedCalls<T>();

  async function loaded(
    key: string,
    load: () => Promise<{ value: T; keepMs: number }>,
  ): Promise<T> {
    const { value, keepMs } = await load();
    kept.delete(key);
    kept.set(key, { value, until: now().getTime() + keepMs });
    const first = kept.keys().next().value;
    if (kept.size > most && first !== undefined) kept.delete(first);
    return value;
  }

  return {
    async get(key, load) {
      const known = kept.get(key);
      if (known && known.until > now().getTime()) return known.value;
      return shared(key, () => loaded(key, load));
    },
    forget: (key) => void kept.delete(key),
  };
}
