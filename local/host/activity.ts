/** What is being worked on at this moment, per function. */
export interface Activity {
  /** Work begun since the host started; when it has not changed, nothing has begun. */
  readonly begun: number;
  running(functionName: string): number;
  /** Counts `work` as running until it settles, whatever becomes of it. */
  during<T>(functionName: string, work: () => Promise<T>): Promise<T>;
  /** Resolves once fewer than `limit` are running. */
  below(functionName: string, limit: number): Promise<void>;
}

export function hostActivity(): Activity {
  const counts = new Map<string, number>();
  let waiting: (() => void)[] = [];
  let begun = 0;

  function add(functionName: string, change: 1 | -1): void {
    counts.set(functionName, (counts.get(functionName) ?? 0) + change);
  }

  return {
    get begun() {
      return begun;
    },
    running: (functionName) => counts.get(functionName) ?? 0,
    async during(functionName, work) {
      begun += 1;
      add(functionName, 1);
      try {
        return await work();
      } finally {
        add(functionName, -1);
        const woken = waiting;
        waiting = [];
        for (const wake of woken) {
          wake();
        }
      }
    },
    async below(functionName, limit) {
      while ((counts.get(functionName) ?? 0) >= limit) {
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}
