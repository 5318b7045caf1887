import type { Directory } from "./directory.ts";
import type { Change } from "./journal.ts";
import { emptyMailbox, type Mailbox } from "./mailbox.ts";
import { indexFolder, indexMessage, unindexFolder, unindexMessage } from "./mailbox-index.ts";

/** Does again what a journal says was done. */
export function replay(change: Change, users: Directory, mailboxes: Map<string, Mailbox>): void {
  switch (change.kind) {
    case "user":
      users.put(change.user);
      break;
    case "user-removed":
      users.remove(change.id);
      break;
    case "emptied":
      mailboxes.clear();
      break;
    default: {
      const mailbox = mailboxes.get(change.mailbox) ?? emptyMailbox(change.mailbox);
      mailboxes.set(change.mailbox, mailbox);
      replayMail(change, mailbox);
    }
  }
}

function replayMail(change: Change, mailbox: Mailbox): void {
  if (change.kind === "folder") {
    indexFolder(mailbox, change.folder);
  } else if (change.kind === "message") {
    forget(mailbox, change.message.id);
    indexMessage(mailbox, change.message);
  } else if (change.kind === "message-removed") {
    forget(mailbox, change.id);
  } else if (change.kind === "folder-removed") {
    const folder = mailbox.folders.get(change.id);
    if (folder) {
      unindexFolder(mailbox, folder);
    }
  }
}

function forget(mailbox: Mailbox, id: string): void {
  const message = mailbox.messages.get(id);
  if (message) {
    unindexMessage(mailbox, message);
  }
}

/** The shortest journal that leads to what is kept now. */
export function* changesKept(users: Directory, mailboxes: Map<string, Mailbox>): Generator<Change> {
  for (const user of users.all()) {
    yield { kind: "user", user };
  }
  for (const mailbox of mailboxes.values()) {
    for (const folder of mailbox.folders.values()) {
      yield { kind: "folder", mailbox: mailbox.owner, folder };
    }
    for (const message of mailbox.messages.values()) {
      yield { kind: "message", mailbox: mailbox.owner, message };
    }
  }
}
