/**
 * Failures are named for what the pipeline does next, not for where they came
 * from, because a trigger asks only one thing of an error: count a try, wait,
 * or set the entry aside. Whatever else is thrown is a bug, and counts a try.
 */
abstract class ArchiveError extends Error {
  /** A short, fixed word for logs and alerts. Never built from message data. */
  abstract readonly code: string;
}

/** What an entry waits for. */
export type DeferCode =
  | "graph-throttled"
  | "graph-unavailable"
  | "graph-forbidden"
  | "mailbox-waiting"
  | "mailbox-unavailable"
  | "mailbox-quota"
  | "item-not-ready"
  | "delivery-claimed"
  | "large-import-busy"
  | "connector-unavailable"
  | "shutting-down";

/**
 * On whose account an entry waits.
 *
 * The age limit counts only what the item or its mailbox is to blame for: a
 * consent withdrawn over a long weekend must not set aside all that waited.
 */
export type DeferCause = "item" | "mailbox" | "app";

/** Something else is at fault, or at work: wait, and do not count a try. */
export class DeferredError extends ArchiveError {
  override readonly name = "DeferredError";
  readonly code: DeferCode;
  readonly on: DeferCause;
  /** How long we were asked to wait, when somebody said so. */
  readonly retryAfterMs: number | undefined;
  /** This try surely put nothing into the mailbox: nobody need look there before the next one writes. */
  readonly nothingWritten: boolean;

  constructor(
    code: DeferCode,
    options: {
      on: DeferCause;
      retryAfterMs?: number | undefined;
      nothingWritten?: boolean;
      cause?: unknown;
    },
  ) {
    super(`Deferred: ${code}`, { cause: options.cause });
    this.code = code;
    this.on = options.on;
    this.retryAfterMs = options.retryAfterMs;
    this.nothingWritten = options.nothingWritten ?? false;
  }
}

/** Why an item can never be accepted as it stands. */
export const rejectionCodes = [
  "unmapped",
  "oversize",
  "malformed",
  "encrypted",
  "mailbox-unavailable",
  "rejected-by-exchange",
] as const;
export type RejectionCode = (typeof rejectionCodes)[number];

/** Every reason for which an entry is set aside. Operators filter by these words: they never change. */
export const poisonCodes = [...rejectionCodes, "deferred-too-long", "tries-exhausted"] as const;
export type PoisonCode = (typeof poisonCodes)[number];

/** This item will never be accepted as it stands; its neighbours may be. */
export class RejectedItemError extends ArchiveError {
  override readonly name = "RejectedItemError";
  readonly code: RejectionCode;
  /** Ids and fixed words for the operator; never a parser's excerpt. */
  readonly detail: string;

  constructor(code: RejectionCode, detail: string, options: { cause?: unknown } = {}) {
    super(`Rejected: ${code} (${detail})`, options);
    this.code = code;
    this.detail = detail;
  }
}

/** What a source did not do. `stopped` needs a person (a wrong password); the others pass by themselves. */
export type SourceFailure = "stopped" | "throttled" | "unavailable" | "item-unavailable";

/** A source could not be listed or read. One connector's source never concerns another's. */
export class SourceError extends ArchiveError {
  override readonly name = "SourceError";
  readonly code: SourceFailure;
  /** A fixed word: `unauthorized`, `ended-early`, `not-found`, `foreign-cursor`, … */
  readonly detail: string;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: SourceFailure,
    detail: string,
    options: { retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(`Source ${code}: ${detail}`, { cause: options.cause });
    this.code = code;
    this.detail = detail;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Configuration that an operator can mend: the message names the place and the remedy, never a value. */
export class ConfigurationError extends ArchiveError {
  override readonly name = "ConfigurationError";
  readonly code = "configuration";
  /** One line a fault: `wechat: source.baseUrl …`. */
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.faults = faults;
  }
}
