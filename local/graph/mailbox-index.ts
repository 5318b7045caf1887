import { isIndexed } from "./extended-property.ts";
import { contentsOf, type Mailbox, type StoredFolder, type StoredMessage } from "./mailbox.ts";

/** Puts a folder into the maps, new or changed. */
export function indexFolder(mailbox: Mailbox, folder: StoredFolder): void {
  const before = mailbox.folders.get(folder.id);
  if (before?.parentId !== undefined && before.parentId !== folder.parentId) {
    contentsOf(mailbox, before.parentId).children.delete(folder.id);
  }
  mailbox.folders.set(folder.id, folder);
  contentsOf(mailbox, folder.id);
  if (folder.parentId !== undefined) {
    contentsOf(mailbox, folder.parentId).children.add(folder.id);
  }
  if (folder.wellKnownName !== undefined) {
    mailbox.wellKnown.set(folder.wellKnownName, folder.id);
  }
}

export function unindexFolder(mailbox: Mailbox, folder: StoredFolder): void {
  mailbox.folders.delete(folder.id);
  mailbox.contents.delete(folder.id);
  if (folder.parentId !== undefined) {
    contentsOf(mailbox, folder.parentId).children.delete(folder.id);
  }
}

/** Puts a message into the maps; the one it replaces must have been taken out first. */
export function indexMessage(mailbox: Mailbox, message: StoredMessage): void {
  const folder = contentsOf(mailbox, message.folderId);
  folder.messages.add(message);
  folder.unread += message.fields.isRead ? 0 : 1;
  mailbox.messages.set(message.id, message);
  mailbox.itemIds.set(message.itemId, message.id);
  addTo(mailbox.byInternetMessageId, message.fields.internetMessageId.toLowerCase(), message);
  for (const key of propertyKeys(message)) {
    addTo(mailbox.byProperty, key, message);
  }
}

export function unindexMessage(mailbox: Mailbox, message: StoredMessage): void {
  const folder = contentsOf(mailbox, message.folderId);
  folder.messages.delete(message);
  folder.unread -= message.fields.isRead ? 0 : 1;
  mailbox.messages.delete(message.id);
  mailbox.itemIds.delete(message.itemId);
  removeFrom(mailbox.byInternetMessageId, message.fields.internetMessageId.toLowerCase(), message);
  for (const key of propertyKeys(message)) {
    removeFrom(mailbox.byProperty, key, message);
  }
}

/** The key of the property index. Values compare without regard to case, names with it. */
export function propertyIndexKey(key: string, value: string): string {
  return `${key}\n${value.toLowerCase()}`;
}

function propertyKeys(message: StoredMessage): string[] {
  return message.properties
    .filter((property) => isIndexed(property.key))
    .map((property) => propertyIndexKey(property.key, property.value));
}

function addTo(index: Map<string, Set<StoredMessage>>, key: string, message: StoredMessage): void {
  const entries = index.get(key);
  if (entries) {
    entries.add(message);
  } else {
    index.set(key, new Set([message]));
  }
}

function removeFrom(
  index: Map<string, Set<StoredMessage>>,
  key: string,
  message: StoredMessage,
): void {
  const entries = index.get(key);
  entries?.delete(message);
  if (entries?.size === 0) {
    index.delete(key);
  }
}
