import { randomBytes, randomUUID } from "node:crypto";
import { attach } from "./attachments.ts";
import {
  type Answer,
  type Call,
  type Handler,
  isHiddenByFault,
  mailboxOf,
  messageOf,
} from "./call.ts";
import { newId } from "./mailbox.ts";
import { badRequest, itemNotFound, Refusal } from "./refusal.ts";
import type { UploadSession } from "./tenant.ts";
import { isObject, type JsonObject, jsonBody, validate } from "./validate.ts";

const RANGE = /^bytes (\d{1,12})-(\d{1,12})\/(\d{1,12})$/;

/** `POST …/attachments/createUploadSession`. The answer's URL needs no bearer token. */
export const createUploadSession: Handler = (call) => {
  const mailbox = mailboxOf(call, "writes");
  const message = messageOf(call, mailbox);
  const { item, bytes } = attachmentItem(call);
  const session: UploadSession = {
    id: randomUUID(),
    token: randomBytes(32).toString("base64url"),
    mailbox: mailbox.owner,
    messageId: message.id,
    file: {
      name: String(item["name"]),
      contentType: typeof item["contentType"] === "string" ? item["contentType"] : null,
      isInline: item["isInline"] === true,
      contentId: typeof item["contentId"] === "string" ? item["contentId"] : null,
    },
    bytes,
    received: [],
    next: 0,
    expiresAt: new Date(call.tenant.now().getTime() + call.tenant.limits.sessionMs),
  };
  call.tenant.sessions.set(session.id, session);
  const path = `Users('${mailbox.owner}')/Messages('${message.id}')/AttachmentSessions('${session.id}')`;
  return {
    status: 201,
    body: {
      "@odata.context": `${call.origin}/v1.0/$metadata#microsoft.graph.uploadSession`,
      uploadUrl: `${call.origin}/api/v2.0/${path}?authtoken=${session.token}`,
      ...progress(session),
    },
  };
};

/** `PUT {uploadUrl}`: the next range, in order. The last one makes the attachment. */
export const putRange: Handler = (call) => {
  const session = sessionOf(call);
  const { first, last } = rangeOf(call, session);
  if (first !== session.next) {
    throw new Refusal(
      416,
      "ErrorInvalidRange",
      `The next range must begin at ${session.next}; this one begins at ${first}.`,
    );
  }
  const mailbox = mailboxOf(call, "writes");
  const message = mailbox.messages.get(session.messageId);
  if (!message || isHiddenByFault(call.tenant, message.id)) {
    throw itemNotFound();
  }
  session.received.push(call.body);
  session.next = last + 1;
  if (session.next < session.bytes) {
    // The capitals and the bare number are Exchange's own, unlike the answer to the create.
    return {
      status: 200,
      body: {
        ExpirationDateTime: session.expiresAt.toISOString(),
        NextExpectedRanges: [String(session.next)],
      },
    };
  }
  call.tenant.sessions.delete(session.id);
  const attachment = {
    id: newId("attachment"),
    ...session.file,
    contentLocation: null,
    lastModifiedAt: call.tenant.now().toISOString(),
    ...call.tenant.contents.put(Buffer.concat(session.received)),
  };
  attach(call.tenant, mailbox, message, attachment);
  const path = `Users('${mailbox.owner}')/Messages('${message.id}')/Attachments('${attachment.id}')`;
  return { status: 201, headers: { Location: `${call.origin}/api/v2.0/${path}` } };
};

/** `GET {uploadUrl}`: how far it has come. */
export const readSession: Handler = (call): Answer => ({
  status: 200,
  body: progress(sessionOf(call)),
});

/** `DELETE {uploadUrl}`: what was uploaded is thrown away. */
export const cancelSession: Handler = (call) => {
  call.tenant.sessions.delete(sessionOf(call).id);
  return { status: 204 };
};

function progress(session: UploadSession) {
  return {
    expirationDateTime: session.expiresAt.toISOString(),
    nextExpectedRanges: [`${session.next}-`],
  };
}

function attachmentItem(call: Call): { item: JsonObject; bytes: number } {
  const { limits } = call.tenant;
  const body = jsonBody(call.body, call.headers["content-type"]);
  const item = body["AttachmentItem"];
  if (Object.keys(body).length !== 1 || !isObject(item)) {
    throw badRequest("The body must hold the parameter 'AttachmentItem' and nothing else.");
  }
  validate(item, "attachmentItem");
  const bytes = Number(item["size"]);
  if (String(item["attachmentType"]).toLowerCase() !== "file") {
    throw new Refusal(
      405,
      "ErrorAttachmentSessionIsSupportedOnlyForFileAttachments",
      "Attachment sessions are supported only for file attachments.",
    );
  }
  if (typeof item["name"] !== "string" || item["name"] === "" || !Number.isSafeInteger(bytes)) {
    throw badRequest("An AttachmentItem needs a name and a size.");
  }
  if (bytes < limits.sessionFromBytes) {
    throw new Refusal(
      400,
      "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize",
      `Attachment size must be at least ${limits.sessionFromBytes} bytes.`,
    );
  }
  if (bytes > limits.fileBytes) {
    throw new Refusal(
      413,
      "ErrorAttachmentSizeLimitExceeded",
      `Attachment size must be at most ${limits.fileBytes} bytes.`,
    );
  }
  return { item, bytes };
}

function sessionOf(call: Call): UploadSession {
  // The token of the URL is for this service; Graph's own token is for another audience.
  if (call.headers.authorization !== undefined) {
    throw new Refusal(
      401,
      "InvalidAudience",
      "The audience claim value is invalid for current resource.",
    );
  }
  const session = call.tenant.sessions.get(call.params["session"] ?? "");
  if (
    !session ||
    session.mailbox !== call.params["user"] ||
    session.messageId !== call.params["message"]
  ) {
    throw itemNotFound();
  }
  const isExpired = session.expiresAt.getTime() <= call.tenant.now().getTime();
  if (isExpired || call.query.get("authtoken") !== session.token) {
    throw new Refusal(
      401,
      "InvalidAuthenticationToken",
      "Lifetime validation failed, the token is expired.",
    );
  }
  return session;
}

function rangeOf(call: Call, session: UploadSession): { first: number; last: number } {
  const match = RANGE.exec(call.headers["content-range"] ?? "");
  const [first = Number.NaN, last = Number.NaN, total = Number.NaN] = (match ?? [])
    .slice(1)
    .map(Number);
  const isRight = match && first <= last && last < total && total === session.bytes;
  if (!isRight || call.body.length !== last - first + 1) {
    throw new Refusal(
      400,
      "ErrorInvalidContentRange",
      "Content-Range must be 'bytes first-last/total', fit the body, and name the session's size.",
    );
  }
  return { first, last };
}
