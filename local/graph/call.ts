import type { IncomingHttpHeaders } from "node:http";
import type { User } from "./directory.ts";
import type { Mailbox, StoredFolder, StoredMessage } from "./mailbox.ts";
import { isWellFormedId } from "./mailbox.ts";
import { itemNotFound, malformedId, Refusal } from "./refusal.ts";
import type { Tenant } from "./tenant.ts";

/** One request, ready to be worked on. */
export interface Call {
  readonly method: string;
  /** Keys from the path, by the names of the route's template. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Scheme and host as the client used them. */
  readonly origin: string;
  /** The address without its query. */
  readonly url: string;
  readonly tenant: Tenant;
  /** The client asked for ids that survive a move. */
  readonly immutableIds: boolean;
}

export interface Answer {
  readonly status: number;
  /** Sent as JSON; absent with 204. */
  readonly body?: unknown;
  /** Sent as they are, instead of a body. */
  readonly bytes?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** Immutable id of a message this request made. */
  readonly created?: string;
}

export type Handler = (call: Call) => Answer;

/** The user a path names. Graph takes an object id or a user principal name here, no alias. */
export function userOf(call: Call): User {
  const key = call.params["user"] ?? "";
  const user = call.tenant.users.find(key);
  if (!user) {
    throw new Refusal(
      404,
      "Request_ResourceNotFound",
      `Resource '${key}' does not exist or one of its queried reference-property objects are not present.`,
    );
  }
  return user;
}

/** The mailbox a path names, or why Exchange does not serve it now. */
export function mailboxOf(call: Call, use: "reads" | "writes" = "reads"): Mailbox {
  const key = call.params["user"] ?? "";
  const user = call.tenant.users.find(key);
  if (!user) {
    throw new Refusal(404, "ErrorInvalidUser", `The requested user '${key}' is invalid.`);
  }
  switch (user.mailbox) {
    case "none":
    case "inactive":
    case "new":
      throw new Refusal(
        404,
        "MailboxNotEnabledForRESTAPI",
        "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
      );
    case "denied":
      throw new Refusal(
        403,
        "ErrorAccessDenied",
        "Access is denied. Check credentials and try again.",
      );
    case "moving":
      throw new Refusal(503, "ErrorMailboxMoveInProgress", "Mailbox move in progress.");
    case "full":
      if (use === "writes") {
        throw new Refusal(403, "ErrorQuotaExceeded", "Mailbox has exceeded maximum mailbox size.");
      }
  }
  return call.tenant.mailbox(user.id);
}

/** A folder by its id or its well-known name. */
export function findFolder(mailbox: Mailbox, key: string): StoredFolder {
  const known = mailbox.wellKnown.get(key.toLowerCase());
  const folder = mailbox.folders.get(known ?? key);
  if (folder) {
    return folder;
  }
  throw isWellFormedId(key) ? itemNotFound() : malformedId();
}

/** The folder of the path, when it names one. */
export function folderOf(call: Call, mailbox: Mailbox): StoredFolder | undefined {
  const parent = call.params["folder"];
  const child = call.params["child"];
  if (parent === undefined) {
    return undefined;
  }
  const folder = findFolder(mailbox, parent);
  if (child === undefined) {
    return folder;
  }
  const inner = findFolder(mailbox, child);
  if (inner.parentId !== folder.id) {
    throw itemNotFound();
  }
  return inner;
}

/** The message of the path, by either of its ids. */
export function messageOf(call: Call, mailbox: Mailbox): StoredMessage {
  const key = call.params["message"] ?? "";
  const message = mailbox.messages.get(mailbox.itemIds.get(key) ?? key);
  if (!message) {
    throw isWellFormedId(key) ? itemNotFound() : malformedId();
  }
  const folder = folderOf(call, mailbox);
  const isPurged = mailbox.wellKnown.get("recoverableitemspurges") === message.folderId;
  if ((folder && folder.id !== message.folderId) || (isPurged && !folder)) {
    throw itemNotFound();
  }
  if (isHiddenByFault(call.tenant, message.id)) {
    throw itemNotFound();
  }
  return message;
}

/** A fault may hide a message that was just made from some requests; each look uses one up. */
export function isHiddenByFault(tenant: Tenant, id: string): boolean {
  const hidden = tenant.hidden.get(id);
  if (!hidden || hidden.requests <= 0) {
    return false;
  }
  hidden.requests--;
  return true;
}
