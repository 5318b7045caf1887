/** What an operator can ask for that takes longer than a request may. */
export const orderKinds = [
  "redrive",
  "discard",
  "verify",
  "rebuild",
  "dry-run",
  "unmapped-report",
  "misdelivered",
  "tenant-check",
] as const;
export type OrderKind = (typeof orderKinds)[number];

/**
 * Long work that an operator asked for: stored, and carried on by the timers until
 * it is done, whatever becomes of the request that began it.
 */
export interface Order {
  /** `20260105T090000000Z-1f3a`: sorts by time. */
  readonly id: string;
  readonly kind: OrderKind;
  readonly by: string;
  readonly why: string;
  readonly startedAt: Date;
  /** As the kind understands them. No number, name or address: an order is shown to every reader. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly state: "running" | "done" | "failed";
  readonly progress: OrderProgress;
  /** Where to go on; as the kind understands it. */
  readonly cursor?: unknown;
  /** Counts, and names of reports. */
  readonly result?: Readonly<Record<string, unknown>>;
  readonly finishedAt?: Date;
  /** Failures in a row; the last one's class. */
  readonly tries: number;
  readonly failure?: string;
}

export interface OrderProgress {
  readonly done: number;
  /** Absent while nobody can tell. */
  readonly of?: number;
}

export interface OrderChange {
  readonly progress?: OrderProgress;
  readonly cursor?: unknown;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly state?: Order["state"];
  readonly finishedAt?: Date;
  readonly tries?: number;
  readonly failure?: string;
}

/** Leave to carry an order on: one host at a time. */
export interface OrderLease {
  readonly order: Order;
  keep(): Promise<void>;
  save(change: OrderChange): Promise<void>;
  release(): Promise<void>;
}

export interface Orders {
  add(order: Pick<Order, "id" | "kind" | "by" | "why" | "startedAt" | "parameters">): Promise<void>;
  get(id: string): Promise<Order | undefined>;
  /** Oldest first. */
  list(options?: { state?: Order["state"] }): AsyncIterable<Order>;
  /** Nothing while another host carries it on. */
  lease(id: string): Promise<OrderLease | undefined>;
}
