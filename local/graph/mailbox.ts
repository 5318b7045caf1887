import { randomUUID } from "node:crypto";
import type { ExtendedProperty } from "./extended-property.ts";

export interface Recipient {
  readonly emailAddress?: { readonly name?: string | null; readonly address?: string | null };
}

/** What a client wrote into a message and reads back unchanged. */
export interface MessageFields {
  readonly subject: string | null;
  readonly body: { readonly contentType: string; readonly content: string };
  readonly from: Recipient | null;
  readonly sender: Recipient | null;
  readonly toRecipients: readonly Recipient[];
  readonly ccRecipients: readonly Recipient[];
  readonly bccRecipients: readonly Recipient[];
  readonly replyTo: readonly Recipient[];
  readonly internetMessageId: string;
  readonly internetMessageHeaders: readonly { readonly name: string; readonly value: string }[];
  readonly categories: readonly string[];
  readonly importance: string;
  readonly inferenceClassification: string;
  readonly flag: unknown;
  readonly isRead: boolean;
  readonly isDeliveryReceiptRequested: boolean | null;
  readonly isReadReceiptRequested: boolean | null;
}

export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly contentType: string | null;
  readonly isInline: boolean;
  readonly contentId: string | null;
  readonly contentLocation: string | null;
  readonly lastModifiedAt: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A message without the place it lies in. Times are ISO 8601 in UTC. */
export interface StoredMessage {
  /** The immutable id; it survives a move. */
  readonly id: string;
  /** The ordinary id; a move gives a new one. */
  readonly itemId: string;
  readonly folderId: string;
  readonly changeKey: string;
  readonly createdAt: string;
  readonly modifiedAt: string;
  readonly sentAt: string;
  readonly receivedAt: string;
  readonly isDraft: boolean;
  readonly conversationId: string;
  readonly fields: MessageFields;
  readonly properties: readonly ExtendedProperty[];
  readonly attachments: readonly Attachment[];
}

export interface StoredFolder {
  readonly id: string;
  /** Undefined for the mailbox's own root, which nobody sees. */
  readonly parentId: string | undefined;
  readonly displayName: string;
  readonly isHidden: boolean;
  readonly wellKnownName: string | undefined;
  readonly properties: readonly ExtendedProperty[];
}

interface FolderContents {
  readonly messages: Set<StoredMessage>;
  readonly children: Set<string>;
  unread: number;
}

/** One mailbox, in memory, with the indexes that keep a look-up by key off the folder's length. */
export interface Mailbox {
  /** The owner's object id. */
  readonly owner: string;
  readonly folders: Map<string, StoredFolder>;
  readonly wellKnown: Map<string, string>;
  readonly contents: Map<string, FolderContents>;
  readonly messages: Map<string, StoredMessage>;
  /** Ordinary id → immutable id. */
  readonly itemIds: Map<string, string>;
  readonly byInternetMessageId: Map<string, Set<StoredMessage>>;
  readonly byProperty: Map<string, Set<StoredMessage>>;
}

export function emptyMailbox(owner: string): Mailbox {
  return {
    owner,
    folders: new Map(),
    wellKnown: new Map(),
    contents: new Map(),
    messages: new Map(),
    itemIds: new Map(),
    byInternetMessageId: new Map(),
    byProperty: new Map(),
  };
}

/** An id of the form that Exchange gives: opaque, case-sensitive, with characters a path must encode. */
export function newId(kind: "item" | "immutable" | "folder" | "attachment"): string {
  const prefix = { item: "AAMkAD", immutable: "AAkALg", folder: "AQMkAD", attachment: "AAMkAT" };
  return `${prefix[kind]}${Buffer.from(randomHex(), "hex").toString("base64url")}AAA=`;
}

/** Changes whenever the thing it stands on does. */
export function newChangeKey(): string {
  return randomHex();
}

/** Node keeps a store of random UUIDs, so this is much cheaper than asking for random bytes. */
function randomHex(): string {
  return randomUUID().replaceAll("-", "");
}

export function isWellFormedId(id: string): boolean {
  return /^(AAMk|AAkA|AQMk)[\w-]{20,}=*$/.test(id);
}

export function contentsOf(mailbox: Mailbox, folderId: string): FolderContents {
  let contents = mailbox.contents.get(folderId);
  if (!contents) {
    contents = { messages: new Set(), children: new Set(), unread: 0 };
    mailbox.contents.set(folderId, contents);
  }
  return contents;
}

/** Whether the folder lies under the root that a user's mail program shows, hidden or not. */
export function isInMailTree(mailbox: Mailbox, folderId: string): boolean {
  return pathToRoot(mailbox, folderId).some((folder) => folder.wellKnownName === "msgfolderroot");
}

/** Whether a user who looks through the mailbox sees what lies in the folder. */
export function isVisible(mailbox: Mailbox, folderId: string): boolean {
  const path = pathToRoot(mailbox, folderId);
  return (
    path.some((folder) => folder.wellKnownName === "msgfolderroot") &&
    path.every((folder) => !folder.isHidden)
  );
}

export function pathToRoot(mailbox: Mailbox, folderId: string): StoredFolder[] {
  const path: StoredFolder[] = [];
  let folder = mailbox.folders.get(folderId);
  while (folder) {
    path.push(folder);
    folder = folder.parentId === undefined ? undefined : mailbox.folders.get(folder.parentId);
  }
  return path;
}
