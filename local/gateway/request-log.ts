/** One request as the gateway saw it. Passwords are never in it. */
export interface LoggedRequest {
  readonly n: number;
  readonly at: string;
  readonly method: string;
  /** As it came, undecoded. */
  readonly url: string;
  route: "account" | "list" | "read" | "other";
  username: string | null;
  type: string | null;
  id: string | null;
  /** Null while it is under way, or when the connection was cut before an answer. */
  status: number | null;
  bodyBytes: number;
  /** What went wrong on purpose. */
  fault: string | null;
}

export interface RequestCounts {
  account: number;
  list: number;
  read: number;
  other: number;
  /** The most that were under way together. */
  mostAtOnce: number;
}

export interface RequestLog {
  begin(request: Pick<LoggedRequest, "at" | "method" | "url">): LoggedRequest;
  end(): void;
  /** All are counted; of the entries the newest 10,000 are kept. */
  snapshot(): { counts: RequestCounts; requests: LoggedRequest[] };
  clear(): void;
}

const KEPT = 10_000;

export function requestLog(): RequestLog {
  const noCounts: RequestCounts = { account: 0, list: 0, read: 0, other: 0, mostAtOnce: 0 };
  let entries: LoggedRequest[] = [];
  let counted = { ...noCounts };
  let total = 0;
  let underWay = 0;

  function forgetOldest(): void {
    for (const { route } of entries.splice(0, KEPT)) counted[route] += 1;
  }

  return {
    begin(request) {
      if (entries.length >= 2 * KEPT) forgetOldest();
      total += 1;
      underWay += 1;
      counted.mostAtOnce = Math.max(counted.mostAtOnce, underWay);
      const entry: LoggedRequest = {
        n: total,
        ...request,
        route: "other",
        username: null,
        type: null,
        id: null,
        status: null,
        bodyBytes: 0,
        fault: null,
      };
      entries.push(entry);
      return entry;
    },
    end() {
      underWay -= 1;
    },
    snapshot() {
      const counts = { ...counted };
      for (const { route } of entries) counts[route] += 1;
      return { counts, requests: entries.slice(-KEPT).map((entry) => ({ ...entry })) };
    },
    clear() {
      entries = [];
      counted = { ...noCounts };
      total = 0;
    },
  };
}
