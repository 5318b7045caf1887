import type { User } from "./directory.ts";
import type { FaultScript } from "./faults.ts";

const MIB = 1_048_576;

/** The limits of the service. All may be changed, while it runs too, by the control plane. */
export interface Limits {
  /** Length of a JSON request body. */
  requestBytes: number;
  /** A file this large or larger needs an upload session; a smaller one may not have one. */
  sessionFromBytes: number;
  /** The largest file of an upload session. */
  fileBytes: number;
  /** The longest range of one PUT. */
  rangeBytes: number;
  /** All attachments of a message together: the tenant's message size. */
  messageBytes: number;
  /** How long an upload session lives. */
  sessionMs: number;
  concurrentRequests: number;
  requestsPer10Minutes: number;
  uploadBytesPer5Minutes: number;
  /** What Retry-After says when too many requests are under way in one mailbox. */
  concurrencyRetryAfterSeconds: number;
}

export const DEFAULT_LIMITS: Readonly<Limits> = {
  requestBytes: 4 * MIB,
  sessionFromBytes: 3 * MIB,
  fileBytes: 150 * MIB,
  rangeBytes: 4 * MIB,
  messageBytes: 150 * MIB,
  sessionMs: 3_600_000,
  concurrentRequests: 4,
  requestsPer10Minutes: 10_000,
  uploadBytesPer5Minutes: 150 * MIB,
  concurrencyRetryAfterSeconds: 1,
};

export interface GraphOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly users?: readonly User[];
  /** Where mailboxes are kept between runs; absent: in memory only. */
  readonly stateDirectory?: string;
  /** The one bearer token that is accepted; absent: any. */
  readonly token?: string;
  readonly faults?: FaultScript;
  /** Each Graph answer takes at least this long. */
  readonly latencyMs?: number;
  readonly limits?: Partial<Limits>;
  /** The routes under `/_control/`; on unless false. */
  readonly control?: boolean;
  /** Keeps a record of each request besides the counts; on unless false. */
  readonly log?: boolean;
  readonly now?: () => Date;
}
