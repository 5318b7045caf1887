import {
  addAttachment,
  deleteAttachment,
  listAttachments,
  readAttachment,
  readAttachmentBytes,
} from "./attachments.ts";
import type { Handler } from "./call.ts";
import {
  createFolder,
  deleteFolder,
  listFolders,
  moveFolder,
  readFolder,
  updateFolder,
} from "./folders.ts";
import { createMessage } from "./message-create.ts";
import { copyMessage, deleteMessage, moveMessage, purgeMessage } from "./message-move.ts";
import { listMessages, readMessageById, updateMessage } from "./messages.ts";
import type { Route } from "./router.ts";
import { cancelSession, createUploadSession, putRange, readSession } from "./upload-sessions.ts";
import { listUsers, readMailboxSettings, readUserById } from "./users.ts";

const USER = "/v1.0/users/{user}";
const FOLDER = `${USER}/mailFolders/{folder}`;
const CHILD = `${FOLDER}/childFolders/{child}`;
const SESSION = "/api/v2.0/Users/{user}/Messages/{message}/AttachmentSessions/{session}";

/** Everything the stand-in answers; what is not here is 404 or 405. */
export const ROUTES: readonly Route[] = [
  ...graph("/v1.0/users", { GET: listUsers }),
  ...graph(USER, { GET: readUserById }),
  ...graph(`${USER}/mailboxSettings`, { GET: readMailboxSettings }),
  ...graph(`${USER}/mailFolders`, { GET: listFolders, POST: createFolder }),
  ...folderRoutes(FOLDER),
  ...graph(`${FOLDER}/childFolders`, { GET: listFolders, POST: createFolder }),
  ...folderRoutes(CHILD),
  ...messageRoutes(`${USER}/messages`),
  ...messageRoutes(`${FOLDER}/messages`),
  ...messageRoutes(`${CHILD}/messages`),
  { method: "PUT", template: SESSION, door: "upload", handler: putRange },
  { method: "GET", template: SESSION, door: "upload", handler: readSession },
  { method: "DELETE", template: SESSION, door: "upload", handler: cancelSession },
];

function folderRoutes(folder: string): Route[] {
  return [
    ...graph(folder, { GET: readFolder, PATCH: updateFolder, DELETE: deleteFolder }),
    ...graph(`${folder}/move`, { POST: moveFolder }),
  ];
}

function messageRoutes(messages: string): Route[] {
  const message = `${messages}/{message}`;
  const attachment = `${message}/attachments/{attachment}`;
  return [
    ...graph(messages, { GET: listMessages, POST: createMessage }),
    ...graph(message, { GET: readMessageById, PATCH: updateMessage, DELETE: deleteMessage }),
    ...graph(`${message}/move`, { POST: moveMessage }),
    ...graph(`${message}/copy`, { POST: copyMessage }),
    ...graph(`${message}/permanentDelete`, { POST: purgeMessage }),
    ...graph(`${message}/attachments`, { GET: listAttachments, POST: addAttachment }),
    ...graph(`${message}/attachments/createUploadSession`, { POST: createUploadSession }),
    ...graph(attachment, { GET: readAttachment, DELETE: deleteAttachment }),
    ...graph(`${attachment}/$value`, { GET: readAttachmentBytes }),
  ];
}

function graph(template: string, handlers: Readonly<Record<string, Handler>>): Route[] {
  return Object.entries(handlers).map(([method, handler]) => ({
    method,
    template,
    door: "graph",
    handler,
  }));
}
