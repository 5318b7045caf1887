import { isIndexed } from "./extended-property.ts";
import { propertyTest } from "./extended-property-query.ts";
import {
  contentsOf,
  isInMailTree,
  type Mailbox,
  type StoredFolder,
  type StoredMessage,
} from "./mailbox.ts";
import { propertyIndexKey } from "./mailbox-index.ts";
import { computed, readMessage } from "./message-view.ts";
import { matches, type Subject, testsOf } from "./odata/filter-match.ts";
import type { Filter } from "./odata/filter-syntax.ts";
import { parseFilter } from "./odata/filter-syntax.ts";
import { badRequest, Refusal } from "./refusal.ts";
import type { JsonObject } from "./validate.ts";

/** What Exchange filters messages by; `id` is not among them, nor are recipients. */
const FILTERABLE = [
  "bodyPreview",
  "categories",
  "conversationId",
  "createdDateTime",
  "flag/flagStatus",
  "from/emailAddress/address",
  "from/emailAddress/name",
  "hasAttachments",
  "importance",
  "inferenceClassification",
  "internetMessageId",
  "isDraft",
  "isRead",
  "lastModifiedDateTime",
  "receivedDateTime",
  "sender/emailAddress/address",
  "sender/emailAddress/name",
  "sentDateTime",
  "singleValueExtendedProperties",
  "subject",
];

const TIMES: Readonly<Record<string, "createdAt" | "modifiedAt" | "receivedAt" | "sentAt">> = {
  createdDateTime: "createdAt",
  lastModifiedDateTime: "modifiedAt",
  receivedDateTime: "receivedAt",
  sentDateTime: "sentAt",
};

/**
 * The messages of a folder, or of the whole mailbox but for Recoverable Items, in
 * order: newest received first, unless asked otherwise. A filter by
 * `internetMessageId` or by a named text property does not read the folder.
 */
export function findMessages(
  mailbox: Mailbox,
  asked: {
    folder: StoredFolder | undefined;
    filter: string | undefined;
    orderBy: string | undefined;
  },
): StoredMessage[] {
  const filter = messageFilter(asked.filter);
  const order = messageOrder(asked.orderBy, filter);
  const { folder } = asked;
  const found: StoredMessage[] = [];
  for (const message of candidates(mailbox, folder, filter)) {
    const isInPlace = folder
      ? message.folderId === folder.id
      : isInMailTree(mailbox, message.folderId);
    if (isInPlace && (filter === undefined || matches(filter, subjectOf(message)))) {
      found.push(message);
    }
  }
  return found.sort(order);
}

function candidates(
  mailbox: Mailbox,
  folder: StoredFolder | undefined,
  filter: Filter | undefined,
): Iterable<StoredMessage> {
  for (const term of filter?.kind === "and" ? filter.terms : filter ? [filter] : []) {
    const found = indexed(mailbox, term);
    if (found) {
      return found;
    }
  }
  return folder ? contentsOf(mailbox, folder.id).messages : mailbox.messages.values();
}

/** The messages an index names for a test, or undefined when no index serves it. */
function indexed(mailbox: Mailbox, term: Filter): Iterable<StoredMessage> | undefined {
  if (
    term.kind === "compare" &&
    term.path === "internetMessageId" &&
    term.operator === "eq" &&
    typeof term.value === "string"
  ) {
    return mailbox.byInternetMessageId.get(term.value.toLowerCase()) ?? [];
  }
  if (term.kind === "any" && term.path === "singleValueExtendedProperties") {
    const { key, equals } = propertyTest(term);
    if (isIndexed(key) && equals !== undefined) {
      return mailbox.byProperty.get(propertyIndexKey(key, equals)) ?? [];
    }
  }
  return undefined;
}

function messageFilter(text: string | undefined): Filter | undefined {
  if (text === undefined) {
    return undefined;
  }
  const filter = parseFilter(text);
  for (const { path } of testsOf(filter)) {
    if (!FILTERABLE.includes(path)) {
      throw new Refusal(
        400,
        "ErrorInvalidUrlQueryFilter",
        "The query filter contains one or more invalid nodes.",
      );
    }
  }
  return filter;
}

function messageOrder(
  text: string | undefined,
  filter: Filter | undefined,
): (one: StoredMessage, other: StoredMessage) => number {
  const [path = "receivedDateTime", direction = text === undefined ? "desc" : "asc", ...rest] =
    text?.trim().split(/\s+/) ?? [];
  const time = TIMES[path];
  if (rest.length > 0 || !["asc", "desc"].includes(direction) || (!time && path !== "subject")) {
    throw badRequest(`The stand-in cannot order messages by '${text}'.`);
  }
  // Exchange orders a filtered list only by what the filter begins with.
  if (text !== undefined && filter && testsOf(filter)[0]?.path !== path) {
    throw new Refusal(
      400,
      "InefficientFilter",
      "The restriction or sort order is too complex for this operation.",
    );
  }
  const sign = direction === "desc" ? -1 : 1;
  const read = (message: StoredMessage) =>
    time ? Date.parse(message[time]) : (message.fields.subject ?? "").toLowerCase();
  return (one, other) => {
    const [left, right] = [read(one), read(other)];
    return left === right ? 0 : sign * (left < right ? -1 : 1);
  };
}

function subjectOf(message: StoredMessage): Subject {
  return {
    read: (path) => readPath(message, path),
    any(filter) {
      if (filter.path === "categories") {
        return message.fields.categories.some((category) =>
          matches(filter.where, { read: () => category }),
        );
      }
      const { key, passes } = propertyTest(filter);
      const stored = message.properties.find((property) => property.key === key)?.value;
      return passes(computed(message, key) ?? stored);
    },
  };
}

function readPath(message: StoredMessage, path: string): unknown {
  const time = TIMES[path];
  if (time) {
    return new Date(message[time]);
  }
  const [first = "", ...rest] = path.split("/");
  let value = readMessage(message, first);
  for (const name of rest) {
    value = (value as JsonObject | null | undefined)?.[name];
  }
  return value;
}
