import type { FileAttachment, Message } from "@microsoft/microsoft-graph-types";
import type { EmailAddress, MailItem } from "../../domain/mail-item.ts";
import type { FileInfo } from "../../domain/message.ts";
import {
  ARCHIVE_ITEM_KEY,
  ARCHIVE_REDUCED,
  CONVERSATION_TOPIC,
  IN_REPLY_TO,
  ITEM_CLASS,
  MESSAGE_FLAGS,
  RECEIVED_AT,
  SENT_AT,
} from "./properties.ts";

/** What Graph takes at creation: a message that was received, at its own time, and is no draft. */
export function message(item: MailItem): Message {
  const { headers, conversationTopic, inReplyTo } = item;
  return {
    ...plainMessage(item),
    // An empty list of headers is refused.
    ...(headers.length > 0 && {
      internetMessageHeaders: headers.map(({ name, value }) => ({ name, value })),
    }),
    singleValueExtendedProperties: [
      ...plainProperties(item),
      ...property(CONVERSATION_TOPIC, conversationTopic),
      ...property(IN_REPLY_TO, inReplyTo),
    ],
  };
}

/**
 * The message without what Exchange refuses most often, and what was left off in
 * fixed words. Undefined when there is nothing to leave off.
 */
export function reducedMessage(item: MailItem): { message: Message; reduced: string } | undefined {
  const reduced = [
    ...(item.headers.length > 0 ? ["x-headers"] : []),
    ...(item.conversationTopic === undefined ? [] : ["conversation-topic"]),
    ...(item.inReplyTo === undefined ? [] : ["in-reply-to"]),
  ].join(" ");
  if (reduced === "") return undefined;
  return {
    reduced,
    message: {
      ...plainMessage(item),
      singleValueExtendedProperties: [
        ...plainProperties(item),
        ...property(ARCHIVE_REDUCED, reduced),
      ],
    },
  };
}

/** A file in JSON. Graph takes it up to 3 MB, and as part of a message up to what the request holds. */
export function fileAttachment(
  { name, contentType, inline, contentId }: FileInfo,
  contentBytes: string,
): FileAttachment {
  const type = { "@odata.type": "#microsoft.graph.fileAttachment" };
  return {
    ...type,
    name,
    contentType,
    isInline: inline,
    ...(contentId !== undefined && { contentId }),
    contentBytes,
  };
}

function plainMessage(item: MailItem): Message {
  return {
    subject: item.subject,
    body: { contentType: item.body.type, content: item.body.content },
    from: recipient(item.from),
    sender: recipient(item.from),
    toRecipients: item.to.map(recipient),
    internetMessageId: item.internetMessageId,
    isRead: true,
    categories: [item.category],
  };
}

function plainProperties({ key, at, itemClass }: MailItem) {
  const time = at.toISOString();
  return [
    MESSAGE_FLAGS,
    { id: SENT_AT, value: time },
    { id: RECEIVED_AT, value: time },
    { id: ARCHIVE_ITEM_KEY, value: key },
    // Exchange's own default; naming it would only be one thing more to refuse.
    ...property(ITEM_CLASS, itemClass === "IPM.Note" ? undefined : itemClass),
  ];
}

function property(id: string, value: string | undefined): { id: string; value: string }[] {
  return value === undefined ? [] : [{ id, value }];
}

function recipient({ name, address }: EmailAddress) {
  return { emailAddress: { ...(name !== undefined && { name }), address } };
}
