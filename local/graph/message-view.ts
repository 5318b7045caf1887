import { attachmentView } from "./attachment-view.ts";
import type { Call } from "./call.ts";
import {
  FLAGS,
  HAS_ATTACHMENTS,
  ITEM_CLASS,
  READ,
  RECEIVED,
  SENT,
  UNSENT,
} from "./extended-property.ts";
import { expandedProperties } from "./extended-property-query.ts";
import type { Attachment, StoredMessage } from "./mailbox.ts";
import { type Expansion, expansions, selection } from "./odata/query.ts";
import { TYPES } from "./property-tables.ts";
import type { JsonObject } from "./validate.ts";

/** What `$select` may name: every property that is not another entity. */
const SELECTABLE = Object.keys(TYPES.message).filter(
  (name) =>
    ![
      "attachments",
      "extensions",
      "multiValueExtendedProperties",
      "singleValueExtendedProperties",
    ].includes(name),
);

/** Headers and the unique body are shown only to who selects them. */
const SHOWN = SELECTABLE.filter(
  (name) => name !== "internetMessageHeaders" && name !== "uniqueBody",
);

/** How messages are shown in the answer to this call. */
export function messageView(call: Call): (message: StoredMessage) => JsonObject {
  const selected = selection(call.query, "message", SELECTABLE);
  const expanded = expansions(call.query, ["attachments", "singleValueExtendedProperties"]);
  const names = selected ?? SHOWN;
  const attachments = expanded.find(({ name }) => name === "attachments");
  return (message) => {
    const view: JsonObject = {
      "@odata.etag": `W/"${message.changeKey}"`,
      id: call.immutableIds ? message.id : message.itemId,
    };
    for (const name of names) {
      if (name !== "id") {
        view[name] = readMessage(message, name);
      }
    }
    if (attachments) {
      view["attachments"] = message.attachments.map(expandedAttachment(call, attachments));
    }
    return {
      ...view,
      ...expandedProperties(message.properties, expanded, (key) => computed(message, key)),
    };
  };
}

/** One property of a message as Graph shows it. Times are cut to the second. */
export function readMessage(message: StoredMessage, name: string): unknown {
  const { fields } = message;
  switch (name) {
    case "changeKey":
    case "conversationId":
    case "isDraft":
      return message[name];
    case "createdDateTime":
      return seconds(message.createdAt);
    case "lastModifiedDateTime":
      return seconds(message.modifiedAt);
    case "sentDateTime":
      return seconds(message.sentAt);
    case "receivedDateTime":
      return seconds(message.receivedAt);
    case "parentFolderId":
      return message.folderId;
    case "hasAttachments":
      // Inline attachments do not count, as the description of the property says.
      return message.attachments.some((attachment) => !attachment.isInline);
    case "bodyPreview":
      return preview(fields.body);
    case "uniqueBody":
      return fields.body;
    case "conversationIndex":
      return null;
    case "webLink":
      return `https://outlook.office365.com/owa/?ItemID=${encodeURIComponent(message.itemId)}&exvsurl=1&viewmodel=ReadMessageItem`;
    default:
      return (fields as unknown as JsonObject)[name] ?? null;
  }
}

/** MAPI properties that Exchange keeps itself, whoever set them. */
export function computed(message: StoredMessage, key: string): string | undefined {
  switch (key) {
    case FLAGS:
      return String(
        (message.fields.isRead ? READ : 0) |
          (message.isDraft ? UNSENT : 0) |
          (message.attachments.length > 0 ? HAS_ATTACHMENTS : 0),
      );
    case SENT:
      return message.sentAt;
    case RECEIVED:
      return message.receivedAt;
    case ITEM_CLASS:
      return message.properties.some((property) => property.key === key) ? undefined : "IPM.Note";
    default:
      return undefined;
  }
}

function expandedAttachment(
  call: Call,
  expansion: Expansion,
): (attachment: Attachment) => JsonObject {
  return attachmentView(call.tenant.contents, expansion.options);
}

function seconds(time: string): string {
  return `${time.slice(0, 19)}Z`;
}

/** The first 255 characters a reader would see. */
function preview(body: { contentType: string; content: string }): string {
  const text =
    body.contentType === "html"
      ? body.content
          .slice(0, 4096)
          .replace(/<(style|head)\b.*?<\/\1>/gis, "")
          .replace(/<[^>]*>/g, " ")
          .replace(/&nbsp;/g, " ")
      : body.content.slice(0, 1024);
  return text.replace(/\s+/g, " ").trim().slice(0, 255);
}
