/** What `verify` found wrong, and where. Ids and names of blobs only. */
export interface Problem {
  readonly connector: string;
  /** The blob that is not as it should be, container and name. */
  readonly blob: string;
  readonly itemKey?: string;
  readonly runId?: string;
  readonly problem: ProblemCode;
}

/** Every way in which what is kept may disagree. `docs/troubleshooting.md` tells each. */
export const problemCodes = [
  "custody-missing",
  "custody-changed",
  "custody-unreadable-line",
  "custody-header-unreadable",
  "custody-out-of-chain",
  "custody-lines-missing",
  "custody-not-in-ledger",
  "raw-missing",
  "raw-changed",
  "receipt-missing",
  "receipt-changed",
  "email-missing",
  "email-changed",
  "ledger-row-missing",
  "ledger-row-differs",
  "delivery-row-missing",
  "delivery-row-differs",
  "receipt-not-in-ledger",
  "item-not-counted",
  "operation-missing",
  "operation-changed",
] as const;
export type ProblemCode = (typeof problemCodes)[number];
