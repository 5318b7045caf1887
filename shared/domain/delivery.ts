/** One item for one mailbox: the unit that is counted, claimed and imported once. */
export interface Delivery {
  readonly itemKey: string;
  /** The mailbox's object id in Graph. */
  readonly mailbox: string;
}

/** What became of a delivery, or of an item that ended before it had any. */
export type Outcome = "imported" | "partial" | "skipped" | "rejected" | "pending";
