/** One request the stand-in saw. Holds no body, no query and no token. */
export interface SeenRequest {
  /** Counts from 1 since the start or the last reset. */
  readonly n: number;
  readonly at: string;
  readonly method: string;
  /** The route's template; the bare path when there is no such route. */
  readonly path: string;
  readonly mailbox: string | undefined;
  /** Display name of the folder in the path. */
  readonly folder: string | undefined;
  /** 0: the connection was reset. */
  readonly status: number;
  readonly code: string | undefined;
  readonly bytes: number;
  readonly ms: number;
  readonly fault: string | undefined;
}

export interface Counts {
  readonly total: number;
  /** `POST /v1.0/users/{user}/messages` → status → count. */
  readonly byRoute: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface RequestLog {
  note(request: Omit<SeenRequest, "n">): void;
  /** The requests kept, oldest first, after number `since`. */
  list(since: number): readonly SeenRequest[];
  counts(): Counts;
  clear(): void;
}

const KEPT = 200_000;

/** Counts every request, and keeps the latest 200,000 unless told to keep none. */
export function requestLog(keeps: boolean): RequestLog {
  let total = 0;
  let kept: SeenRequest[] = [];
  const byRoute = new Map<string, Map<number, number>>();
  return {
    note(request) {
      total++;
      const route = `${request.method} ${request.path}`;
      const statuses = byRoute.get(route) ?? new Map<number, number>();
      byRoute.set(route, statuses);
      statuses.set(request.status, (statuses.get(request.status) ?? 0) + 1);
      if (keeps) {
        kept.push({ n: total, ...request });
        // Cut in halves: dropping one at a time would move the whole list at every request.
        if (kept.length > 2 * KEPT) {
          kept = kept.slice(-KEPT);
        }
      }
    },
    list: (since) => kept.slice(-KEPT).filter((request) => request.n > since),
    counts: () => ({
      total,
      byRoute: Object.fromEntries(
        [...byRoute].map(([route, statuses]) => [route, Object.fromEntries(statuses)]),
      ),
    }),
    clear() {
      total = 0;
      kept = [];
      byRoute.clear();
    },
  };
}
