import { folderOf, type Handler, mailboxOf, messageOf } from "./call.ts";
import { FLAGS, RECEIVED, SENT } from "./extended-property.ts";
import { merged } from "./folders.ts";
import { listAnswer } from "./list-answer.ts";
import { newChangeKey, type StoredMessage } from "./mailbox.ts";
import { messageAnswer, messageBody, writtenFields } from "./message-create.ts";
import { findMessages } from "./message-query.ts";
import { messageView } from "./message-view.ts";
import { allowOptions, option } from "./odata/query.ts";
import { badRequest, Refusal } from "./refusal.ts";
import type { Tenant } from "./tenant.ts";

/** Only a draft takes these after it was made. */
const DRAFT_ONLY = ["body", "from", "internetMessageId", "replyTo", "sender", "subject"];

/** Fixed at the first save: a later value is accepted, and changes nothing. */
const FIXED_PROPERTIES = [FLAGS, SENT, RECEIVED];

/** `GET …/messages` of a folder or of the whole mailbox. */
export const listMessages: Handler = (call) => {
  allowOptions(call.query, ["select", "filter", "orderby", "expand", "top", "skip", "count"]);
  const mailbox = mailboxOf(call);
  const found = findMessages(mailbox, {
    folder: folderOf(call, mailbox),
    filter: option(call.query, "filter"),
    orderBy: option(call.query, "orderby"),
  }).filter((message) => !isLeftOut(call.tenant, message));
  return listAnswer(call, {
    context: `${call.origin}/v1.0/$metadata#users('${call.params["user"]}')/messages`,
    found,
    view: messageView(call),
  });
};

export const readMessageById: Handler = (call) => {
  allowOptions(call.query, ["select", "expand"]);
  return messageAnswer(call, messageOf(call, mailboxOf(call)), 200);
};

/** `PATCH …/messages/{id}`. What only a draft may change is refused otherwise. */
export const updateMessage: Handler = (call) => {
  const mailbox = mailboxOf(call);
  const message = messageOf(call, mailbox);
  const given = messageBody(call);
  if (given["attachments"] !== undefined) {
    throw badRequest("Attachments cannot be updated with the message: use its attachments path.");
  }
  if (given["internetMessageHeaders"] !== undefined) {
    throw new Refusal(
      400,
      "ErrorInvalidPropertySet",
      "internetMessageHeaders are set at creation.",
    );
  }
  if (!message.isDraft && DRAFT_ONLY.some((name) => given[name] !== undefined)) {
    throw new Refusal(400, "ErrorInvalidPropertySet", "Message is not draft.");
  }
  const properties = merged(message.properties, given["singleValueExtendedProperties"]);
  const kept = message.properties.filter(({ key }) => FIXED_PROPERTIES.includes(key));
  const changed: StoredMessage = {
    ...message,
    changeKey: newChangeKey(),
    modifiedAt: call.tenant.now().toISOString(),
    fields: { ...message.fields, ...writtenFields(given) },
    properties: [...properties.filter(({ key }) => !FIXED_PROPERTIES.includes(key)), ...kept],
  };

  call.tenant.putMessage(mailbox, changed);
  return messageAnswer(call, changed, 200);
};

/** A fault may keep a message that was just made out of some lists. */
function isLeftOut(tenant: Tenant, message: StoredMessage): boolean {
  const hidden = tenant.hidden.get(message.id);
  if (!hidden || hidden.lookups <= 0) {
    return false;
  }
  hidden.lookups--;
  return true;
}
