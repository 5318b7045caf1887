import type { Message } from "@microsoft/microsoft-graph-types";
import { odataText } from "./odata.ts";

/**
 * Names of the archive's own are kept apart from everybody else's by this GUID.
 * It never changes: with another, nothing archived so far would be found again.
 */
const ARCHIVE = "{b4189896-ccc2-413a-9fe4-9b57c9574b83}";

/** The identity of a delivery, 64 hex digits. */
export const ARCHIVE_ITEM_KEY = `String ${ARCHIVE} Name ArchiveItemKey`;
/** What Exchange would not take, in fixed words; absent on an item that is as it should be. */
export const ARCHIVE_REDUCED = `String ${ARCHIVE} Name ArchiveReduced`;
/** On a folder: the name that the connector file gives it, whatever its owner calls it since. */
export const ARCHIVE_FOLDER = `String ${ARCHIVE} Name ArchiveFolder`;
/** On the hidden folder in which large items are put together. */
export const ARCHIVE_STAGING = `String ${ARCHIVE} Name ArchiveStaging`;

/**
 * PidTagMessageFlags. MSGFLAG_READ without MSGFLAG_UNSENT: received, not a draft.
 * It can be decided at creation only; a later change is ignored without a word.
 */
export const MESSAGE_FLAGS = { id: "Integer 0x0E07", value: "1" };
/** PidTagClientSubmitTime and PidTagMessageDeliveryTime: what Graph's own two times say is overwritten. */
export const SENT_AT = "SystemTime 0x0039";
export const RECEIVED_AT = "SystemTime 0x0E06";
/** PidTagMessageClass. */
export const ITEM_CLASS = "String 0x001A";
/** PidTagConversationTopic. */
export const CONVERSATION_TOPIC = "String 0x0070";
/** PidTagInReplyToId. */
export const IN_REPLY_TO = "String 0x1042";

/** A filter for the things on which a property has a value. Values are compared without case. */
export function hasProperty(id: string, value: string): string {
  return `singleValueExtendedProperties/Any(ep: ep/id eq ${odataText(id)} and ep/value eq ${odataText(value)})`;
}

/** The `$expand` that shows these properties of what is read. */
export function withProperties(...ids: readonly string[]): string {
  const wanted = ids.map((id) => `id eq ${odataText(id)}`).join(" or ");
  return `singleValueExtendedProperties($filter=${wanted})`;
}

/** A property's value as it was shown; undefined when it was not. */
export function propertyOf(
  { singleValueExtendedProperties }: Pick<Message, "singleValueExtendedProperties">,
  id: string,
): string | undefined {
  // ` Name ArchiveItemKey`: Graph may spell the rest of an id another way than it was given.
  const name = id.slice(id.indexOf(" Name "));
  const found = singleValueExtendedProperties?.find((it) => it.id?.endsWith(name));
  return found?.value ?? undefined;
}
