import { attachmentView } from "./attachment-view.ts";
import { type Call, type Handler, mailboxOf, messageOf } from "./call.ts";
import { listAnswer } from "./list-answer.ts";
import {
  type Attachment,
  isWellFormedId,
  type Mailbox,
  newChangeKey,
  newId,
  type StoredMessage,
} from "./mailbox.ts";
import { allowOptions } from "./odata/query.ts";
import { badRequest, itemNotFound, malformedId, Refusal } from "./refusal.ts";
import type { Tenant } from "./tenant.ts";
import { type JsonObject, jsonBody, validateAttachment } from "./validate.ts";

/** `POST …/attachments`: a file below the size from which a session is needed. */
export const addAttachment: Handler = (call) => {
  const mailbox = mailboxOf(call, "writes");
  const message = messageOf(call, mailbox);
  const given = jsonBody(call.body, call.headers["content-type"]);
  validateAttachment(given);
  const attachment = newAttachment(call.tenant, given);

  attach(call.tenant, mailbox, message, attachment);
  const body = attachmentView(call.tenant.contents, call.query)(attachment);
  return { status: 201, body: { "@odata.context": context(call), ...body } };
};

/** `GET …/attachments`, paged. Without `$select` the bytes come too, as Graph does it. */
export const listAttachments: Handler = (call) => {
  allowOptions(call.query, ["select", "top", "skip", "count"]);
  const message = messageOf(call, mailboxOf(call));
  return listAnswer(call, {
    context: context(call),
    found: message.attachments,
    view: attachmentView(call.tenant.contents, call.query),
  });
};

export const readAttachment: Handler = (call) => {
  allowOptions(call.query, ["select"]);
  const attachment = attachmentOf(call, messageOf(call, mailboxOf(call)));
  const body = attachmentView(call.tenant.contents, call.query)(attachment);
  return { status: 200, body: { "@odata.context": context(call), ...body } };
};

/** `GET …/attachments/{id}/$value`: the bytes as they were sent. */
export const readAttachmentBytes: Handler = (call) => {
  const attachment = attachmentOf(call, messageOf(call, mailboxOf(call)));
  const type = attachment.contentType ?? "";
  return {
    status: 200,
    bytes: call.tenant.contents.get(attachment.sha256),
    // A client may have written anything into the type, and a header takes only ASCII.
    headers: { "Content-Type": /^[\x20-\x7e]+$/.test(type) ? type : "application/octet-stream" },
  };
};

export const deleteAttachment: Handler = (call) => {
  const mailbox = mailboxOf(call);
  const message = messageOf(call, mailbox);
  const gone = attachmentOf(call, message);
  call.tenant.putMessage(mailbox, {
    ...message,
    changeKey: newChangeKey(),
    attachments: message.attachments.filter(({ id }) => id !== gone.id),
  });
  return { status: 204 };
};

/** Adds an attachment to a message; a draft or not, as migrators do it on real tenants. */
export function attach(
  tenant: Tenant,
  mailbox: Mailbox,
  message: StoredMessage,
  attachment: Attachment,
): void {
  const attachments = [...message.attachments, attachment];
  requireRoom(tenant, attachments);
  tenant.putMessage(mailbox, {
    ...message,
    changeKey: newChangeKey(),
    modifiedAt: tenant.now().toISOString(),
    attachments,
  });
}

/** A file that came as base64 in a JSON body. */
export function newAttachment(tenant: Tenant, given: JsonObject): Attachment {
  const { name, contentBytes } = given;
  if (typeof name !== "string" || name === "" || typeof contentBytes !== "string") {
    throw badRequest("A fileAttachment needs a name and contentBytes.");
  }
  const bytes = Buffer.from(contentBytes, "base64");
  if (bytes.length >= tenant.limits.sessionFromBytes) {
    throw new Refusal(
      413,
      "ErrorAttachmentSizeLimitExceeded",
      "The attachment is too large for one request: use an upload session.",
    );
  }
  return {
    id: newId("attachment"),
    name,
    contentType: nullable(given["contentType"]),
    isInline: given["isInline"] === true,
    contentId: nullable(given["contentId"]),
    contentLocation: nullable(given["contentLocation"]),
    lastModifiedAt: tenant.now().toISOString(),
    ...tenant.contents.put(bytes),
  };
}

/** Refuses a message whose attachments together are larger than the tenant allows. */
export function requireRoom(tenant: Tenant, attachments: readonly Attachment[]): void {
  const bytes = attachments.reduce((sum, attachment) => sum + attachment.bytes, 0);
  if (bytes > tenant.limits.messageBytes) {
    throw new Refusal(
      413,
      "ErrorMessageSizeExceeded",
      "The message exceeds the maximum supported size.",
    );
  }
}

function attachmentOf(call: Call, message: StoredMessage): Attachment {
  const id = call.params["attachment"] ?? "";
  const attachment = message.attachments.find((candidate) => candidate.id === id);
  if (!attachment) {
    throw isWellFormedId(id) ? itemNotFound() : malformedId();
  }
  return attachment;
}

function nullable(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function context(call: Call): string {
  return `${call.origin}/v1.0/$metadata#users('${call.params["user"]}')/messages('${call.params["message"]}')/attachments`;
}
