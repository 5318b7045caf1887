import { type Answer, type Call, findFolder, folderOf, type Handler, mailboxOf } from "./call.ts";
import { type ExtendedProperty, extendedProperties } from "./extended-property.ts";
import { freeName, requireFreeName } from "./folder-name.ts";
import { folderFilter, folderSubject, folderView } from "./folder-view.ts";
import { listAnswer } from "./list-answer.ts";
import { contentsOf, type Mailbox, newId, type StoredFolder } from "./mailbox.ts";
import { matches } from "./odata/filter-match.ts";
import { allowOptions, option } from "./odata/query.ts";
import { badRequest, itemNotFound, notInStandIn, Refusal } from "./refusal.ts";
import { type JsonObject, jsonBody, validate } from "./validate.ts";

/** `GET …/mailFolders` and `…/childFolders`: hidden folders only when asked for. */
export const listFolders: Handler = (call) => {
  allowOptions(call.query, ["select", "filter", "expand", "top", "skip", "count"]);
  const mailbox = mailboxOf(call);
  const parent = folderOf(call, mailbox) ?? findFolder(mailbox, "msgfolderroot");
  const filter = folderFilter(option(call.query, "filter"));
  const includesHidden = call.query.get("includeHiddenFolders") === "true";
  const folders = [...contentsOf(mailbox, parent.id).children]
    .flatMap((id) => mailbox.folders.get(id) ?? [])
    .filter((folder) => includesHidden || !folder.isHidden)
    .filter((folder) => filter === undefined || matches(filter, folderSubject(mailbox, folder)));

  return listAnswer(call, {
    context: context(call),
    found: folders,
    view: folderView(call.query, mailbox),
  });
};

/** `POST …/mailFolders` and `…/childFolders`. Names are unique among siblings, in any case. */
export const createFolder: Handler = (call) => {
  const mailbox = mailboxOf(call, "writes");
  const parent = folderOf(call, mailbox) ?? findFolder(mailbox, "msgfolderroot");
  const given = folderBody(call);
  const folder: StoredFolder = {
    id: newId("folder"),
    parentId: parent.id,
    displayName: nameOf(given["displayName"]),
    isHidden: given["isHidden"] === true,
    wellKnownName: undefined,
    properties: [...extendedProperties(given["singleValueExtendedProperties"]).values()],
  };
  requireFreeName(mailbox, parent.id, folder);

  call.tenant.putFolder(mailbox, folder);
  return folderAnswer(call, mailbox, folder, 201);
};

export const readFolder: Handler = (call) => {
  allowOptions(call.query, ["select", "expand"]);
  const mailbox = mailboxOf(call);
  return folderAnswer(call, mailbox, pathFolder(call, mailbox), 200);
};

/** `PATCH …/mailFolders/{id}`: the name and extended properties; `isHidden` is for ever. */
export const updateFolder: Handler = (call) => {
  const mailbox = mailboxOf(call, "writes");
  const folder = pathFolder(call, mailbox);
  const given = folderBody(call);
  if (given["isHidden"] !== undefined && given["isHidden"] !== folder.isHidden) {
    throw new Refusal(400, "ErrorInvalidPropertySet", "isHidden can only be set at creation.");
  }
  const displayName =
    given["displayName"] === undefined ? folder.displayName : nameOf(given["displayName"]);
  if (displayName !== folder.displayName) {
    requireOrdinary(folder);
  }
  const changed = {
    ...folder,
    displayName,
    properties: merged(folder.properties, given["singleValueExtendedProperties"]),
  };
  requireFreeName(mailbox, folder.parentId ?? "", changed);

  call.tenant.putFolder(mailbox, changed);
  return folderAnswer(call, mailbox, changed, 200);
};

/** `DELETE …/mailFolders/{id}`: into Deleted Items, and from there for good. */
export const deleteFolder: Handler = (call) => {
  const mailbox = mailboxOf(call);
  const folder = pathFolder(call, mailbox);
  requireOrdinary(folder);
  const deletedItems = findFolder(mailbox, "deleteditems");
  if (isInside(mailbox, folder, deletedItems)) {
    removeForGood(call, mailbox, folder);
  } else {
    const displayName = freeName(mailbox, deletedItems.id, folder);
    call.tenant.putFolder(mailbox, { ...folder, parentId: deletedItems.id, displayName });
  }
  return { status: 204 };
};

/** `POST …/mailFolders/{id}/move`. The id stays: folder ids are constant. */
export const moveFolder: Handler = (call) => {
  const mailbox = mailboxOf(call, "writes");
  const folder = pathFolder(call, mailbox);
  requireOrdinary(folder);
  const destination = destinationOf(call, mailbox);
  if (destination.id === folder.id || isInside(mailbox, destination, folder)) {
    throw new Refusal(400, "ErrorMoveCopyFailed", "The move or copy operation failed.");
  }
  const moved = { ...folder, parentId: destination.id };
  requireFreeName(mailbox, destination.id, moved);

  call.tenant.putFolder(mailbox, moved);
  return folderAnswer(call, mailbox, moved, 201);
};

/** The folder that the body of a move or copy names, by id or well-known name. */
export function destinationOf(call: Call, mailbox: Mailbox): StoredFolder {
  const body = jsonBody(call.body, call.headers["content-type"]);
  const names = Object.keys(body);
  const [name] = names;
  const key = body[name ?? ""];
  // The description spells it DestinationId, every documented example destinationId.
  if (names.length !== 1 || !/^destinationId$/i.test(name ?? "") || typeof key !== "string") {
    throw badRequest("The body must hold 'destinationId' and nothing else.");
  }
  return findFolder(mailbox, key);
}

/** Properties with those of a request body put in place of the ones with their keys. */
export function merged(before: readonly ExtendedProperty[], given: unknown): ExtendedProperty[] {
  const after = new Map(before.map((property) => [property.key, property]));
  for (const [key, property] of extendedProperties(given)) {
    after.set(key, property);
  }
  return [...after.values()];
}

function pathFolder(call: Call, mailbox: Mailbox): StoredFolder {
  const folder = folderOf(call, mailbox);
  if (!folder) {
    throw itemNotFound();
  }
  return folder;
}

function folderBody(call: Call): JsonObject {
  const given = jsonBody(call.body, call.headers["content-type"]);
  validate(given, "mailFolder");
  for (const name of ["childFolders", "multiValueExtendedProperties"]) {
    if (given[name] !== undefined) {
      throw notInStandIn(`'${name}' in a folder`);
    }
  }
  return given;
}

function nameOf(given: unknown): string {
  if (typeof given !== "string" || given.trim() === "") {
    throw new Refusal(400, "ErrorInvalidProperty", "A folder needs a displayName.");
  }
  return given;
}

function requireOrdinary(folder: StoredFolder): void {
  if (folder.wellKnownName !== undefined) {
    throw new Refusal(
      403,
      "ErrorDeleteDistinguishedFolder",
      "Distinguished folders cannot be deleted, moved or renamed.",
    );
  }
}

function isInside(mailbox: Mailbox, folder: StoredFolder, ancestor: StoredFolder): boolean {
  let at = folder.parentId;
  while (at !== undefined && at !== ancestor.id) {
    at = mailbox.folders.get(at)?.parentId;
  }
  return at === ancestor.id;
}

function removeForGood(call: Call, mailbox: Mailbox, folder: StoredFolder): void {
  const { children, messages } = contentsOf(mailbox, folder.id);
  for (const id of [...children]) {
    const child = mailbox.folders.get(id);
    if (child) {
      removeForGood(call, mailbox, child);
    }
  }
  for (const message of [...messages]) {
    call.tenant.removeMessage(mailbox, message);
  }
  call.tenant.removeFolder(mailbox, folder);
}

function folderAnswer(call: Call, mailbox: Mailbox, folder: StoredFolder, status: number): Answer {
  const body = folderView(call.query, mailbox)(folder);
  return { status, body: { "@odata.context": context(call), ...body } };
}

function context(call: Call): string {
  return `${call.origin}/v1.0/$metadata#users('${call.params["user"]}')/mailFolders`;
}
