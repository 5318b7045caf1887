import type { Contents } from "./contents.ts";
import { fileContents, memoryContents } from "./contents.ts";
import type { Directory, User } from "./directory.ts";
import { directory } from "./directory.ts";
import { type Halves, halvesSeen } from "./halves.ts";
import { fileJournal, type Journal, noJournal, readJournal } from "./journal.ts";
import {
  emptyMailbox,
  isVisible,
  type Mailbox,
  newId,
  type StoredFolder,
  type StoredMessage,
} from "./mailbox.ts";
import { indexFolder, indexMessage, unindexFolder, unindexMessage } from "./mailbox-index.ts";
import type { Limits } from "./options.ts";
import { changesKept, replay } from "./replay.ts";

/** A file on its way into a message, range by range. */
export interface UploadSession {
  readonly id: string;
  /** The token in the upload URL: whoever has the URL may write. */
  readonly token: string;
  readonly mailbox: string;
  readonly messageId: string;
  readonly file: {
    readonly name: string;
    readonly contentType: string | null;
    readonly isInline: boolean;
    readonly contentId: string | null;
  };
  readonly bytes: number;
  readonly received: Buffer[];
  /** How many bytes have come: the next range must begin there. */
  next: number;
  expiresAt: Date;
}

/** What the stand-in keeps, and the only ways to change it: each change is journalled and indexed. */
export interface Tenant {
  readonly users: Directory;
  readonly contents: Contents;
  readonly sessions: Map<string, UploadSession>;
  readonly halves: Halves;
  readonly limits: Limits;
  readonly now: () => Date;
  /** Messages that a fault hides for some requests, by immutable id. */
  readonly hidden: Map<string, { requests: number; lookups: number }>;
  /** The user's mailbox with its well-known folders, made at the first look. */
  mailbox(owner: string): Mailbox;
  /** The mailbox when somebody has looked into it before. */
  existingMailbox(owner: string): Mailbox | undefined;
  mailboxes(): readonly Mailbox[];
  putUser(user: User): void;
  removeUser(id: string): void;
  putFolder(mailbox: Mailbox, folder: StoredFolder): void;
  removeFolder(mailbox: Mailbox, folder: StoredFolder): void;
  /** Adds the message, or puts it in place of the one with its immutable id. */
  putMessage(mailbox: Mailbox, message: StoredMessage): void;
  removeMessage(mailbox: Mailbox, message: StoredMessage): void;
  /** Empties every mailbox; the users stay. */
  empty(): void;
  close(): void;
}

/** Name, display name and parent of the folders every mailbox has. */
const WELL_KNOWN: readonly (readonly [string, string, string | undefined])[] = [
  ["root", "Root", undefined],
  ["msgfolderroot", "Top of Information Store", "root"],
  ["archive", "Archive", "msgfolderroot"],
  ["deleteditems", "Deleted Items", "msgfolderroot"],
  ["drafts", "Drafts", "msgfolderroot"],
  ["inbox", "Inbox", "msgfolderroot"],
  ["junkemail", "Junk Email", "msgfolderroot"],
  ["outbox", "Outbox", "msgfolderroot"],
  ["sentitems", "Sent Items", "msgfolderroot"],
  ["recoverableitemsroot", "Recoverable Items", "root"],
  ["recoverableitemsdeletions", "Deletions", "recoverableitemsroot"],
  ["recoverableitemspurges", "Purges", "recoverableitemsroot"],
];

export function openTenant(options: {
  limits: Limits;
  now: () => Date;
  stateDirectory: string | undefined;
}): Tenant {
  const { limits, now, stateDirectory } = options;
  const users = directory();
  const mailboxes = new Map<string, Mailbox>();
  const halves = halvesSeen();
  const sessions = new Map<string, UploadSession>();
  const hidden = new Map<string, { requests: number; lookups: number }>();
  const journalFile = stateDirectory === undefined ? undefined : `${stateDirectory}/journal.jsonl`;
  const contents =
    stateDirectory === undefined ? memoryContents() : fileContents(`${stateDirectory}/contents`);

  for (const change of journalFile === undefined ? [] : readJournal(journalFile)) {
    replay(change, users, mailboxes);
  }
  const journal: Journal =
    journalFile === undefined ? noJournal : fileJournal(journalFile, changesKept(users, mailboxes));

  function note(mailbox: Mailbox, message: StoredMessage): void {
    const isSeen = isVisible(mailbox, message.folderId);
    halves.note({
      mailbox: mailbox.owner,
      internetMessageId: message.fields.internetMessageId,
      messageId: message.id,
      attachments: message.attachments.length,
      visibleIn: isSeen ? mailbox.folders.get(message.folderId)?.displayName : undefined,
      at: now(),
    });
  }

  function putFolder(mailbox: Mailbox, folder: StoredFolder): void {
    indexFolder(mailbox, folder);
    journal.write({ kind: "folder", mailbox: mailbox.owner, folder });
  }

  function makeMailbox(owner: string): Mailbox {
    const mailbox = emptyMailbox(owner);
    mailboxes.set(owner, mailbox);
    for (const [wellKnownName, displayName, parent] of WELL_KNOWN) {
      putFolder(mailbox, {
        id: newId("folder"),
        parentId: parent === undefined ? undefined : mailbox.wellKnown.get(parent),
        displayName,
        isHidden: false,
        wellKnownName,
        properties: [],
      });
    }
    return mailbox;
  }

  return {
    users,
    contents,
    halves,
    limits,
    now,
    sessions,
    hidden,
    mailbox: (owner) => mailboxes.get(owner) ?? makeMailbox(owner),
    existingMailbox: (owner) => mailboxes.get(owner),
    mailboxes: () => [...mailboxes.values()],
    putUser(user) {
      users.put(user);
      journal.write({ kind: "user", user });
    },
    removeUser(id) {
      users.remove(id);
      journal.write({ kind: "user-removed", id });
    },
    putFolder(mailbox, folder) {
      putFolder(mailbox, folder);
      for (const message of mailbox.contents.get(folder.id)?.messages ?? []) {
        note(mailbox, message);
      }
    },
    removeFolder(mailbox, folder) {
      unindexFolder(mailbox, folder);
      journal.write({ kind: "folder-removed", mailbox: mailbox.owner, id: folder.id });
    },
    putMessage(mailbox, message) {
      const before = mailbox.messages.get(message.id);
      if (before) {
        unindexMessage(mailbox, before);
      }
      indexMessage(mailbox, message);
      journal.write({ kind: "message", mailbox: mailbox.owner, message });
      note(mailbox, message);
    },
    removeMessage(mailbox, message) {
      unindexMessage(mailbox, message);
      journal.write({ kind: "message-removed", mailbox: mailbox.owner, id: message.id });
    },
    empty() {
      mailboxes.clear();
      contents.clear();
      halves.clear();
      sessions.clear();
      hidden.clear();
      journal.write({ kind: "emptied" });
    },
    close: () => journal.close(),
  };
}
