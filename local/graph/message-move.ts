import { findFolder, type Handler, mailboxOf, messageOf } from "./call.ts";
import { destinationOf } from "./folders.ts";
import { type Mailbox, newChangeKey, newId, type StoredMessage } from "./mailbox.ts";
import { messageAnswer } from "./message-create.ts";
import type { Tenant } from "./tenant.ts";

/** `POST …/move`: the ordinary id changes, the immutable one stays. */
export const moveMessage: Handler = (call) => {
  const mailbox = mailboxOf(call);
  const message = messageOf(call, mailbox);
  const destination = destinationOf(call, mailbox);
  const moved = moveTo(call.tenant, mailbox, message, destination.id);
  return messageAnswer(call, moved, 201);
};

/** `POST …/copy`: a message of its own, with the attachments, at once. */
export const copyMessage: Handler = (call) => {
  const mailbox = mailboxOf(call, "writes");
  const message = messageOf(call, mailbox);
  const destination = destinationOf(call, mailbox);
  const copy: StoredMessage = {
    ...message,
    id: newId("immutable"),
    itemId: newId("item"),
    folderId: destination.id,
    changeKey: newChangeKey(),
    attachments: message.attachments.map((file) => ({ ...file, id: newId("attachment") })),
  };
  call.tenant.putMessage(mailbox, copy);
  return { ...messageAnswer(call, copy, 201), created: copy.id };
};

/** `DELETE …/messages/{id}`: into Deleted Items, where the user sees it; from there to Recoverable Items. */
export const deleteMessage: Handler = (call) => {
  const mailbox = mailboxOf(call);
  const message = messageOf(call, mailbox);
  const deletedItems = findFolder(mailbox, "deleteditems").id;
  const deletions = findFolder(mailbox, "recoverableitemsdeletions").id;
  const to = message.folderId === deletedItems ? deletions : deletedItems;
  moveTo(call.tenant, mailbox, message, to);
  return { status: 204 };
};

/** `POST …/permanentDelete`: into Purges, out of every user's reach. */
export const purgeMessage: Handler = (call) => {
  const mailbox = mailboxOf(call);
  const message = messageOf(call, mailbox);
  moveTo(call.tenant, mailbox, message, findFolder(mailbox, "recoverableitemspurges").id);
  return { status: 204 };
};

function moveTo(
  tenant: Tenant,
  mailbox: Mailbox,
  message: StoredMessage,
  folderId: string,
): StoredMessage {
  const moved = { ...message, folderId, itemId: newId("item"), changeKey: newChangeKey() };
  tenant.putMessage(mailbox, moved);
  return moved;
}
