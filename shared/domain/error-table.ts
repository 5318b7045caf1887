import type { DeferCause, DeferCode } from "./errors.ts";

/** What Graph answered, or that nothing came. */
export interface Failure {
  /** The HTTP status; 0 when no answer came (connection lost, timed out). */
  readonly status: number;
  /** Graph's error code; `network`, `timeout` or `AADSTS…` where the failure lies before Graph. */
  readonly code: string;
  readonly retryAfterMs?: number;
}

/**
 * On whom a failure lies: it passes by itself (`transient`), only this item is
 * refused (`item`), this mailbox takes nothing until somebody acts (`mailbox`),
 * or Graph refuses the whole app (`app`).
 */
export type FailureClass = "transient" | "item" | "mailbox" | "app";

export interface ErrorRow {
  /** A fixed word for logs and for the troubleshooting guide. */
  readonly id: string;
  readonly class: FailureClass;
  readonly codes: readonly string[];
  /** Taken when the code is in no row. */
  readonly statuses: readonly number[];
  /** As what the delivery waits, and on whose account. Absent: it is refused at once. */
  readonly wait?: {
    readonly code: DeferCode;
    readonly on: DeferCause;
    /** Absent: as Retry-After says, else exponentially from 1 s. */
    readonly delayMs?: number;
    /** All that goes to the mailbox waits, not only what met the failure. */
    readonly holdsMailbox?: boolean;
    /** When the mailbox has answered so for this long, its deliveries are set aside. */
    readonly giveUpAfterMs?: number;
  };
  /** The item may pass without what Exchange most often refuses (x- headers and the like). */
  readonly reducible?: boolean;
  /** Whether the answer proves that there is a mailbox, or that there is none. */
  readonly mailbox?: "exists" | "absent";
  readonly remedy: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * What Graph's failures mean, and what is done about them. Read top down: the
 * first row with the code holds, else the first with the status.
 *
 * What a code means is documented or reported; the classes, delays and remedies
 * are this archive's own decisions.
 */
export const errorTable: readonly ErrorRow[] = [
  {
    id: "throttled",
    class: "transient",
    codes: ["ApplicationThrottled", "TooManyRequests", "activityLimitReached"],
    statuses: [429],
    wait: { code: "graph-throttled", on: "mailbox", holdsMailbox: true },
    mailbox: "exists",
    remedy: "Nothing to do: Graph's limits for the mailbox are reached and the items wait.",
  },
  {
    id: "mailbox-moving",
    class: "transient",
    codes: ["ErrorMailboxMoveInProgress"],
    statuses: [],
    // Not `mailbox-unavailable`: how long that has lasted decides when to give up, and a move never does.
    wait: { code: "graph-unavailable", on: "mailbox", delayMs: 15 * MINUTE, holdsMailbox: true },
    mailbox: "exists",
    remedy: "Nothing to do: the mailbox is on the move, which may take hours.",
  },
  {
    id: "mailbox-store-away",
    class: "transient",
    codes: [
      "ErrorMailboxStoreUnavailable",
      "ErrorMailboxFailover",
      "ErrorConnectionFailed",
      "ErrorADUnavailable",
      "ErrorExceededConnectionCount",
      "ErrorTooManyObjectsOpened",
      "ErrorMailboxLogonFailed",
    ],
    statuses: [],
    wait: { code: "graph-unavailable", on: "mailbox", delayMs: 2 * MINUTE, holdsMailbox: true },
    mailbox: "exists",
    remedy: "Nothing to do, unless it lasts for hours: then see Microsoft 365's service health.",
  },
  {
    id: "unavailable",
    class: "transient",
    codes: [
      "ServiceUnavailable",
      "UnknownError",
      "ErrorServerBusy",
      "ErrorInternalServerError",
      "ErrorInternalServerTransientError",
      "ErrorTimeoutExpired",
      "generalException",
      "network",
      "timeout",
    ],
    statuses: [0, 408, 500, 502, 503, 504, 509],
    wait: { code: "graph-unavailable", on: "item" },
    remedy: "Nothing to do, unless it lasts: then see Microsoft 365's service health.",
  },
  {
    id: "app-refused",
    class: "app",
    codes: [
      "InvalidAuthenticationToken",
      "Authorization_RequestDenied",
      "Authorization_IdentityNotFound",
      "token",
    ],
    statuses: [401],
    wait: { code: "graph-forbidden", on: "app", delayMs: MINUTE / 2 },
    remedy:
      "Grant the app its permissions again, or renew its credentials: see docs/graph.md. Everything waits until then.",
  },
  {
    id: "mailbox-forbidden",
    class: "mailbox",
    codes: ["ErrorAccessDenied", "accessDenied"],
    statuses: [403],
    // A new grant acts after up to two hours, so hours must pass before a refusal is believed.
    wait: {
      code: "graph-forbidden",
      on: "mailbox",
      delayMs: HOUR,
      holdsMailbox: true,
      giveUpAfterMs: 24 * HOUR,
    },
    mailbox: "exists",
    remedy:
      "Add the mailbox to the scope of the app's role assignment (RBAC for Applications), or take its owner out of the mapping.",
  },
  {
    id: "mailbox-not-enabled",
    class: "mailbox",
    codes: ["MailboxNotEnabledForRESTAPI", "extensionError"],
    statuses: [],
    // A new mailbox answers so for about 15 minutes after its licence was given.
    wait: {
      code: "mailbox-unavailable",
      on: "mailbox",
      delayMs: 15 * MINUTE,
      holdsMailbox: true,
      giveUpAfterMs: 24 * HOUR,
    },
    mailbox: "absent",
    remedy:
      "The mailbox is inactive, soft-deleted or on-premises. Give its owner a licence, or map the owner to another mailbox.",
  },
  {
    id: "mailbox-unknown",
    class: "mailbox",
    codes: [
      "Request_ResourceNotFound",
      "ResourceNotFound",
      "ErrorInvalidUser",
      "ErrorNonExistentMailbox",
    ],
    statuses: [],
    wait: {
      code: "mailbox-unavailable",
      on: "mailbox",
      delayMs: 15 * MINUTE,
      holdsMailbox: true,
      giveUpAfterMs: 15 * MINUTE,
    },
    mailbox: "absent",
    remedy: "The user is gone. Restore the user, or map the participant to another mailbox.",
  },
  {
    id: "mailbox-full",
    class: "mailbox",
    codes: ["ErrorQuotaExceeded", "ErrorMessagePerFolderCountReceiveQuotaExceeded"],
    statuses: [507],
    wait: { code: "mailbox-quota", on: "mailbox", delayMs: 24 * HOUR, holdsMailbox: true },
    mailbox: "exists",
    remedy: "Raise the mailbox's quota, enable its archive, or start a new folder. Tried daily.",
  },
  {
    id: "not-there-yet",
    class: "transient",
    codes: [
      "ErrorItemNotFound",
      "ErrorFolderNotFound",
      "ErrorSyncFolderNotFound",
      "ErrorInvalidIdMalformed",
      "itemNotFound",
    ],
    statuses: [404, 410, 416],
    wait: { code: "item-not-ready", on: "item" },
    remedy: "Nothing to do: something just written does not show yet, or a cached id is stale.",
  },
  {
    id: "conflict",
    class: "transient",
    codes: ["ErrorFolderExists", "ErrorIrresolvableConflict", "ErrorChangeKeyMismatch"],
    statuses: [409, 412, 423],
    wait: { code: "item-not-ready", on: "item" },
    remedy: "Nothing to do: another writer was at work; the item is tried again.",
  },
  {
    id: "too-large",
    class: "item",
    codes: ["ErrorMessageSizeExceeded", "RequestEntityTooLarge"],
    statuses: [413],
    remedy:
      "Raise the mailbox's maximum message size (Set-Mailbox -MaxReceiveSize and -MaxSendSize), wait an hour, and redrive.",
  },
  {
    id: "refused",
    class: "item",
    codes: [
      "ErrorInvalidProperty",
      "ErrorInvalidRecipients",
      "ErrorPropertyValidationFailure",
      "ErrorCorruptData",
      "ErrorMimeContentInvalidBase64String",
      "UnableToDeserializePostBody",
      "RequestBodyRead",
      "BadRequest",
    ],
    statuses: [400],
    reducible: true,
    remedy: "Exchange does not take the item as it stands: export it, and report it as a fault.",
  },
  {
    id: "refused-otherwise",
    class: "item",
    codes: [
      "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize",
      "ErrorAttachmentSessionIsSupportedOnlyForFileAttachments",
      "Request_UnsupportedQuery",
    ],
    statuses: [405, 406, 415, 422, 501],
    remedy: "Graph does not know the request: report it as a fault, with the code and the cloud.",
  },
];

/** The row that a failure falls under. Every failure falls under one. */
export function classify({ status, code }: Failure): ErrorRow {
  // Throttling is what its status says. With a 5xx the work may have been done all the same.
  if (status === 429) return rowOf("throttled");
  const word = code.startsWith("AADSTS") ? "token" : code;
  const row = errorTable.find(({ codes }) => codes.some(isSame(word)));
  return (
    (row?.id === "throttled" && status >= 500 ? rowOf("unavailable") : row) ??
    errorTable.find(({ statuses }) => statuses.includes(status)) ??
    rowOf(status >= 400 && status < 500 ? "refused-otherwise" : "unavailable")
  );
}

/**
 * The failure in a word, for details and logs. A code that is not in the table
 * comes from outside, and may hold anything; the status then says enough.
 */
export function failureWord({ status, code }: Failure): string {
  const known = errorTable.flatMap((row) => row.codes).find(isSame(code));
  return known ?? (/^AADSTS\d{1,9}$/.test(code) ? code : `http-${status}`);
}

function isSame(code: string): (other: string) => boolean {
  return (other) => other.toLowerCase() === code.toLowerCase();
}

function rowOf(id: string): ErrorRow {
  const row = errorTable.find((it) => it.id === id);
  if (!row) throw new Error(`the error table has no row ${id}`);
  return row;
}
