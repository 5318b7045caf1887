import assert from "node:assert/strict";
import { test } from "node:test";
import { classify, errorTable, failureWord } from "../../shared/domain/error-table.ts";

/** `status code → row`, as `graph-facts` and Graph's own documentation have them. */
const known: readonly [number, string, string][] = [
  [429, "ApplicationThrottled", "throttled"],
  [429, "TooManyRequests", "throttled"],
  [429, "activityLimitReached", "throttled"],
  [429, "something new", "throttled"],
  [503, "TooManyRequests", "unavailable"],
  [509, "", "unavailable"],
  [500, "ErrorInternalServerError", "unavailable"],
  [500, "ErrorInternalServerTransientError", "unavailable"],
  [502, "UnknownError", "unavailable"],
  [503, "ServiceUnavailable", "unavailable"],
  [503, "ErrorServerBusy", "unavailable"],
  [504, "ErrorTimeoutExpired", "unavailable"],
  [408, "", "unavailable"],
  [500, "generalException", "unavailable"],
  [0, "network", "unavailable"],
  [0, "timeout", "unavailable"],
  [302, "", "unavailable"],
  [599, "", "unavailable"],
  [503, "ErrorMailboxMoveInProgress", "mailbox-moving"],
  [503, "ErrorMailboxStoreUnavailable", "mailbox-store-away"],
  [503, "ErrorMailboxFailover", "mailbox-store-away"],
  [500, "ErrorConnectionFailed", "mailbox-store-away"],
  [500, "ErrorADUnavailable", "mailbox-store-away"],
  [500, "ErrorExceededConnectionCount", "mailbox-store-away"],
  [500, "ErrorTooManyObjectsOpened", "mailbox-store-away"],
  [500, "ErrorMailboxLogonFailed", "mailbox-store-away"],
  [401, "InvalidAuthenticationToken", "app-refused"],
  [401, "", "app-refused"],
  [403, "Authorization_RequestDenied", "app-refused"],
  [403, "Authorization_IdentityNotFound", "app-refused"],
  [401, "AADSTS7000215", "app-refused"],
  [401, "AADSTS700016", "app-refused"],
  [403, "ErrorAccessDenied", "mailbox-forbidden"],
  [403, "", "mailbox-forbidden"],
  [404, "MailboxNotEnabledForRESTAPI", "mailbox-not-enabled"],
  [400, "extensionError", "mailbox-not-enabled"],
  [404, "Request_ResourceNotFound", "mailbox-unknown"],
  [404, "ErrorInvalidUser", "mailbox-unknown"],
  [404, "ErrorNonExistentMailbox", "mailbox-unknown"],
  [403, "ErrorQuotaExceeded", "mailbox-full"],
  [507, "", "mailbox-full"],
  [400, "ErrorMessagePerFolderCountReceiveQuotaExceeded", "mailbox-full"],
  [404, "ErrorItemNotFound", "not-there-yet"],
  [404, "ErrorSyncFolderNotFound", "not-there-yet"],
  [400, "ErrorInvalidIdMalformed", "not-there-yet"],
  [416, "", "not-there-yet"],
  [404, "something new", "not-there-yet"],
  [409, "ErrorFolderExists", "conflict"],
  [409, "ErrorIrresolvableConflict", "conflict"],
  [412, "ErrorChangeKeyMismatch", "conflict"],
  [413, "", "too-large"],
  [400, "ErrorMessageSizeExceeded", "too-large"],
  [400, "ErrorInvalidProperty", "refused"],
  [400, "ErrorInvalidRecipients", "refused"],
  [400, "ErrorPropertyValidationFailure", "refused"],
  [400, "ErrorCorruptData", "refused"],
  [400, "UnableToDeserializePostBody", "refused"],
  [400, "RequestBodyRead", "refused"],
  [400, "BadRequest", "refused"],
  [400, "something new", "refused"],
  [405, "ErrorAttachmentSessionIsSupportedOnlyForFileAttachments", "refused-otherwise"],
  [400, "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize", "refused-otherwise"],
  [400, "Request_UnsupportedQuery", "refused-otherwise"],
  [418, "", "refused-otherwise"],
];

for (const [status, code, id] of known) {
  test(`${status} ${code || "without a code"} is ${id}`, () => {
    assert.equal(classify({ status, code }).id, id);
  });
}

test("a code means the same in any case", () => {
  assert.equal(classify({ status: 403, code: "erroraccessdenied" }).id, "mailbox-forbidden");
});

test("what passes by itself or needs an admin never sets an item aside at once", () => {
  for (const row of errorTable) {
    assert.equal(row.wait === undefined, row.class === "item", row.id);
  }
});

test("only the app's own failures wait on the app's account, and they are never given up", () => {
  for (const { id, class: it, wait } of errorTable) {
    assert.equal(wait?.on === "app", it === "app", id);
    if (it !== "mailbox") assert.equal(wait?.giveUpAfterMs, undefined, id);
  }
});

test("every row tells the operator what to do, and no code stands in two rows", () => {
  for (const { id, remedy } of errorTable) assert.match(remedy, /\w.+\.$/, id);

  const codes = errorTable.flatMap((row) => row.codes.map((code) => code.toLowerCase()));
  assert.equal(new Set(codes).size, codes.length);
  const statuses = errorTable.flatMap((row) => row.statuses);
  assert.equal(new Set(statuses).size, statuses.length);
});

test("a code that nobody knows is not repeated: it comes from outside", () => {
  assert.equal(failureWord({ status: 403, code: "errorAccessDenied" }), "ErrorAccessDenied");
  assert.equal(failureWord({ status: 401, code: "AADSTS700016" }), "AADSTS700016");
  assert.equal(failureWord({ status: 401, code: "AADSTS ann@contoso.com" }), "http-401");
  assert.equal(failureWord({ status: 400, code: "ann@contoso.com is unknown" }), "http-400");
});
