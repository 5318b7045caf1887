import { randomUUID } from "node:crypto";
import { newAttachment, requireRoom } from "./attachments.ts";
import { type Answer, type Call, findFolder, folderOf, type Handler, mailboxOf } from "./call.ts";
import { extendedProperties, FLAGS, READ, RECEIVED, SENT, UNSENT } from "./extended-property.ts";
import {
  isInMailTree,
  type MessageFields,
  newChangeKey,
  newId,
  type Recipient,
  type StoredMessage,
} from "./mailbox.ts";
import { messageView } from "./message-view.ts";
import { allowOptions } from "./odata/query.ts";
import { notInStandIn, Refusal } from "./refusal.ts";
import { type JsonObject, jsonBody, validate } from "./validate.ts";

const MOST_RECIPIENTS = 500;
const MOST_HEADERS = 5;
const LONGEST_HEADER = 995;

/**
 * `POST …/messages` and `…/mailFolders/{id}/messages`.
 *
 * A message is a draft unless 0x0E07 comes with it without bit 0x8, and its times
 * are now unless 0x0039 and 0x0E06 come with it: what the JSON says of them is
 * overwritten without a word.
 */
export const createMessage: Handler = (call) => {
  allowOptions(call.query, ["select", "expand"]);
  const mailbox = mailboxOf(call, "writes");
  const folder = folderOf(call, mailbox) ?? findFolder(mailbox, "drafts");
  if (!isInMailTree(mailbox, folder.id)) {
    throw new Refusal(
      403,
      "ErrorAccessDenied",
      "Access is denied. Check credentials and try again.",
    );
  }
  const given = messageBody(call);
  const properties = extendedProperties(given["singleValueExtendedProperties"]);
  const flags = properties.get(FLAGS);
  const at = call.tenant.now().toISOString();
  const attachments = ((given["attachments"] ?? []) as JsonObject[]).map((attachment) =>
    newAttachment(call.tenant, attachment),
  );
  requireRoom(call.tenant, attachments);
  const message: StoredMessage = {
    id: newId("immutable"),
    itemId: newId("item"),
    folderId: folder.id,
    changeKey: newChangeKey(),
    createdAt: at,
    modifiedAt: at,
    sentAt: properties.get(SENT)?.value ?? at,
    receivedAt: properties.get(RECEIVED)?.value ?? at,
    isDraft: flags === undefined || (Number(flags.value) & UNSENT) !== 0,
    conversationId: text(given["conversationId"]) ?? newId("item"),
    fields: {
      ...EMPTY,
      internetMessageId: `<${randomUUID()}@prod.outlook.example>`,
      isRead: flags === undefined || (Number(flags.value) & READ) !== 0,
      ...writtenFields(given),
    },
    properties: [...properties.values()],
    attachments,
  };

  call.tenant.putMessage(mailbox, message);
  return { ...messageAnswer(call, message, 201), created: message.id };
};

/** Reads and checks the body of a create or an update of a message. */
export function messageBody(call: Call): JsonObject {
  const given = jsonBody(call.body, call.headers["content-type"]);
  validate(given, "message");
  for (const name of ["extensions", "multiValueExtendedProperties"]) {
    if (given[name] !== undefined) {
      throw notInStandIn(`'${name}' in a message`);
    }
  }
  requireHeaders(given["internetMessageHeaders"] as JsonObject[] | undefined);
  requireRecipients(given);
  return given;
}

/** The properties of a body that a client may write; the others are Exchange's own and are passed over. */
export function writtenFields(given: JsonObject): Partial<MessageFields> {
  const written: JsonObject = {};
  for (const name of Object.keys(EMPTY)) {
    const value = given[name];
    if (value !== undefined && value !== null) {
      written[name] = value;
    } else if (value === null && EMPTY[name as keyof typeof EMPTY] === null) {
      written[name] = null;
    }
  }
  const body = given["body"] as { contentType?: string; content?: string } | undefined | null;
  if (body) {
    const contentType = (body.contentType ?? "text").toLowerCase();
    written["body"] = { contentType, content: body.content ?? "" };
  }
  for (const name of ["importance", "inferenceClassification"]) {
    if (typeof written[name] === "string") {
      written[name] = String(written[name]).toLowerCase();
    }
  }
  return { ...written, ...optional("internetMessageId", given), ...optional("isRead", given) };
}

export function messageAnswer(call: Call, message: StoredMessage, status: number): Answer {
  const view = messageView(call)(message);
  return {
    status,
    body: {
      "@odata.context": `${call.origin}/v1.0/$metadata#users('${call.params["user"]}')/messages/$entity`,
      ...view,
    },
  };
}

const EMPTY = {
  subject: null,
  body: { contentType: "text", content: "" },
  from: null,
  sender: null,
  toRecipients: [],
  ccRecipients: [],
  bccRecipients: [],
  replyTo: [],
  internetMessageHeaders: [],
  categories: [],
  importance: "normal",
  inferenceClassification: "focused",
  flag: { flagStatus: "notFlagged" },
  isDeliveryReceiptRequested: false,
  isReadReceiptRequested: false,
} as const satisfies Omit<MessageFields, "internetMessageId" | "isRead">;

function optional(name: "internetMessageId" | "isRead", given: JsonObject): Partial<MessageFields> {
  const value = given[name];
  return value === undefined || value === null || value === "" ? {} : { [name]: value };
}

function requireHeaders(headers: readonly JsonObject[] | undefined): void {
  if (headers === undefined) {
    return;
  }
  // An empty list is refused too, in the same words: microsoftgraph/msgraph-sdk-dotnet#2208.
  if (headers.length === 0 || headers.length > MOST_HEADERS) {
    throw new Refusal(
      400,
      "InvalidInternetMessageHeaderCollection",
      `Maximum number of headers in one message should be less than or equal to ${MOST_HEADERS}.`,
    );
  }
  for (const { name, value } of headers) {
    if (typeof name !== "string" || !/^x-./i.test(name)) {
      throw new Refusal(
        400,
        "InvalidInternetMessageHeader",
        `The internet message header name '${String(name)}' should start with 'x-' or 'X-'.`,
      );
    }
    if (typeof value !== "string" || value.length > LONGEST_HEADER) {
      throw new Refusal(
        400,
        "InvalidInternetMessageHeader",
        `The internet message header '${name}' needs a value of at most ${LONGEST_HEADER} characters.`,
      );
    }
  }
}

function requireRecipients(given: JsonObject): void {
  const list = (name: string) => (given[name] ?? []) as Recipient[];
  const count = ["toRecipients", "ccRecipients", "bccRecipients"].flatMap(list).length;
  if (count > MOST_RECIPIENTS) {
    throw new Refusal(
      400,
      "ErrorInvalidRecipients",
      `A message has at most ${MOST_RECIPIENTS} recipients; this one has ${count}.`,
    );
  }
  for (const recipient of list("replyTo")) {
    if (!isAddress(recipient.emailAddress?.address)) {
      throw new Refusal(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.");
    }
  }
}

/** Strict on purpose: Exchange refuses the whole message for one bad reply-to address. */
function isAddress(address: string | null | undefined): boolean {
  return /^[^\s@<>()[\],;:\\"]+@[^\s@<>()[\],;:\\"]+\.[^\s@<>()[\],;:\\".]+$/.test(address ?? "");
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
