import { expandedProperties, propertyTest } from "./extended-property-query.ts";
import { contentsOf, type Mailbox, type StoredFolder } from "./mailbox.ts";
import { type Subject, testsOf } from "./odata/filter-match.ts";
import { type AnyFilter, type Filter, parseFilter } from "./odata/filter-syntax.ts";
import { expansions, selection } from "./odata/query.ts";
import { Refusal } from "./refusal.ts";
import type { JsonObject } from "./validate.ts";

const FIELDS = [
  "id",
  "displayName",
  "parentFolderId",
  "childFolderCount",
  "unreadItemCount",
  "totalItemCount",
  "isHidden",
];

/** Reads a `$filter` over folders; refuses what Exchange cannot filter by. */
export function folderFilter(text: string | undefined): Filter | undefined {
  if (text === undefined) {
    return undefined;
  }
  const filter = parseFilter(text);
  for (const { path } of testsOf(filter)) {
    if (!FIELDS.includes(path) && path !== "singleValueExtendedProperties") {
      throw new Refusal(
        400,
        "ErrorInvalidUrlQueryFilter",
        "The query filter contains one or more invalid nodes.",
      );
    }
  }
  return filter;
}

/** A folder as a filter reads it. */
export function folderSubject(mailbox: Mailbox, folder: StoredFolder): Subject {
  const fields: { [name: string]: unknown } = fieldsOf(mailbox, folder);
  return {
    read: (path: string) => fields[path],
    any: (filter: AnyFilter) => {
      const { key, passes } = propertyTest(filter);
      return passes(folder.properties.find((property) => property.key === key)?.value);
    },
  };
}

function fieldsOf(mailbox: Mailbox, folder: StoredFolder) {
  const { messages, children, unread } = contentsOf(mailbox, folder.id);
  const visible = [...children].filter((id) => !mailbox.folders.get(id)?.isHidden);
  return {
    id: folder.id,
    displayName: folder.displayName,
    parentFolderId: folder.parentId,
    childFolderCount: visible.length,
    unreadItemCount: unread,
    totalItemCount: messages.size,
    isHidden: folder.isHidden,
  };
}

/** How folders are shown in the answer to this query. */
export function folderView(
  query: URLSearchParams,
  mailbox: Mailbox,
): (folder: StoredFolder) => JsonObject {
  const selected = selection(query, "mailFolder", FIELDS);
  const expanded = expansions(query, ["singleValueExtendedProperties"]);
  return (folder) => {
    const fields: JsonObject = fieldsOf(mailbox, folder);
    const names = selected ? ["id", ...selected.filter((name) => name !== "id")] : FIELDS;
    const view = Object.fromEntries(names.map((name) => [name, fields[name]]));
    return { ...view, ...expandedProperties(folder.properties, expanded) };
  };
}
